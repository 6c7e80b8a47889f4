with diagnoses as (

    select * from {{ ref('hist_clinic__diagnoses') }}
    where {{ known_now() }}

),

valid as (

    select
        -- which a valid row has
        row_key as diagnosis_id,
        icd10_code,
        icd10_description,
        created_at,
        updated_at
    from diagnoses
    where broken_rule is null

)

select * from valid
