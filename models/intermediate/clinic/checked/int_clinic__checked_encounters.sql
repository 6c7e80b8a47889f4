with encounters as (

    select * from {{ ref('stg_clinic__encounters') }}

),

encounter_types as (

    select * from {{ ref('ref_encounter_types') }}

),

checked as (

    select
        encounters.encounter_id,
        encounters.patient_id,
        encounters.provider_id,
        encounters.department_id,
        encounter_types.encounter_type_key,
        encounters.encounter_type,
        encounters.started_at,
        encounters.discharged_at,
        encounters.created_at,
        encounters.updated_at,
        case
            when encounters.encounter_id is null then 'encounter_id_missing'
            when
                {{ duplicate_number(
                    'encounters.encounter_id',
                    [
                        'encounters.updated_at desc', 'patient_id', 'provider_id', 'department_id',
                        'started_at', 'discharged_at',
                    ],
                    then_text=['encounters.encounter_type'],
                ) }} > 1
                then 'encounter_id_repeated'
            when encounters.patient_id is null then 'encounter_patient_missing'
            when encounters.provider_id is null then 'encounter_provider_missing'
            when encounters.department_id is null then 'encounter_department_missing'
            when encounters.started_at is null then 'encounter_start_missing'
            when not {{ in_calendar('encounters.started_at') }} then 'encounter_start_outside_calendar'
            when encounter_types.encounter_type_key is null then 'encounter_type_unknown'
            when encounters.discharged_at < encounters.started_at then 'encounter_ends_before_start'
            when not {{ in_calendar('encounters.discharged_at') }} then 'encounter_end_outside_calendar'
        end as broken_rule
    from encounters
    left join encounter_types on encounters.encounter_type = encounter_types.encounter_type

)

select * from checked
