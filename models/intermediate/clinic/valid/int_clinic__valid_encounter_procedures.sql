with checked as (

    select * from {{ ref('int_clinic__checked_encounter_procedures') }}

),

valid as (

    select
        encounter_procedure_id,
        encounter_id,
        procedure_id,
        procedure_date,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
