with encounters as (

    select * from {{ ref('hist_clinic__encounters') }}
    where {{ known_now() }}

),

encounter_types as (

    select * from {{ ref('ref_encounter_types') }}

),

valid as (

    select
        -- which a valid row has
        encounters.row_key as encounter_id,
        encounters.patient_id,
        encounters.provider_id,
        encounters.department_id,
        encounter_types.encounter_type_key,
        encounters.encounter_type,
        encounter_types.is_inpatient,
        encounters.started_at,
        encounters.discharged_at,
        encounters.created_at,
        encounters.updated_at
    from encounters
    inner join encounter_types on encounters.encounter_type = encounter_types.encounter_type
    where encounters.broken_rule is null

)

select * from valid
