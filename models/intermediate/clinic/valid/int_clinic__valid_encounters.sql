with checked as (

    select * from {{ ref('int_clinic__checked_encounters') }}

),

valid as (

    select
        encounter_id,
        patient_id,
        provider_id,
        department_id,
        encounter_type_key,
        encounter_type,
        started_at,
        discharged_at,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
