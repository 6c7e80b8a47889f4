with encounter_diagnoses as (

    select * from {{ ref('stg_clinic__encounter_diagnoses') }}

),

encounters as (

    select * from {{ ref('int_clinic__valid_encounters') }}

),

checked as (

    select
        encounter_diagnoses.encounter_diagnosis_id,
        encounter_diagnoses.encounter_id,
        encounter_diagnoses.diagnosis_id,
        encounter_diagnoses.diagnosis_sequence,
        encounter_diagnoses.created_at,
        encounter_diagnoses.updated_at,
        case
            when encounter_diagnoses.encounter_diagnosis_id is null then 'encounter_diagnosis_id_missing'
            when
                {{ duplicate_number('encounter_diagnoses.encounter_diagnosis_id', [
                    'encounter_diagnoses.updated_at desc', 'encounter_diagnoses.encounter_id', 'diagnosis_id',
                    'diagnosis_sequence',
                ]) }} > 1
                then 'encounter_diagnosis_id_repeated'
            when encounters.encounter_id is null then 'encounter_diagnosis_encounter_unknown'
            when encounter_diagnoses.diagnosis_id is null then 'encounter_diagnosis_diagnosis_missing'
            when coalesce(encounter_diagnoses.diagnosis_sequence, 0) < 1
                then 'encounter_diagnosis_sequence_not_positive'
        end as broken_rule
    from encounter_diagnoses
    left join encounters on encounter_diagnoses.encounter_id = encounters.encounter_id

),

-- one diagnosis recorded twice for an encounter would count twice; only rows that are sound by themselves compete
numbered as (

    select
        *,
        {{ duplicate_number(
            'encounter_id, diagnosis_id, case when broken_rule is null then 1 else 0 end',
            ['diagnosis_sequence', 'encounter_diagnosis_id'],
        ) }} as pair_number
    from checked

),

final as (

    select
        encounter_diagnosis_id,
        encounter_id,
        diagnosis_id,
        diagnosis_sequence,
        created_at,
        updated_at,
        case
            when broken_rule is null and pair_number > 1 then 'encounter_diagnosis_pair_repeated'
            else broken_rule
        end as broken_rule
    from numbered

)

select * from final
