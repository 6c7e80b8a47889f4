with checked as (

    select * from {{ ref('int_clinic__checked_encounter_diagnoses') }}

),

valid as (

    select
        encounter_diagnosis_id,
        encounter_id,
        diagnosis_id,
        diagnosis_sequence,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
