-- the patients and doctors that valid rows refer to: a dimension has them, recorded or not
with appointments as (

    select * from {{ ref('int_ultrasound__checked_appointments') }}
    where broken_rule is null

),

care as (

    select * from {{ ref('int_ultrasound__care') }}

),

policies as (

    select * from {{ ref('int_ultrasound__checked_insurance') }}
    where broken_rule is null

),

final as (

    select
        patient_id,
        doctor_id
    from appointments
    union
    select
        patient_id,
        doctor_id
    from care
    union
    select
        patient_id,
        cast(null as {{ dbt.type_int() }}) as doctor_id
    from policies

)

select * from final
