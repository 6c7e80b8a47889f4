with patients as (

    select
        {{ row_key('patient_id') }} as row_key,
        patients.*
    from {{ ref('stg_clinic__patients') }} as patients

),

genders as (

    select * from {{ ref('ref_genders') }}

),

{{ checked_patients() }}

select
    patient_id,
    mrn,
    first_name,
    last_name,
    gender_code,
    date_of_birth,
    address,
    city,
    state,
    postal_code,
    created_at,
    updated_at,
    broken_rule
from checked
