with encounter_procedures as (

    select * from {{ ref('stg_clinic__encounter_procedures') }}

),

encounters as (

    select * from {{ ref('int_clinic__valid_encounters') }}

),

checked as (

    select
        encounter_procedures.encounter_procedure_id,
        encounter_procedures.encounter_id,
        encounter_procedures.procedure_id,
        encounter_procedures.procedure_date,
        encounter_procedures.created_at,
        encounter_procedures.updated_at,
        case
            when encounter_procedures.encounter_procedure_id is null then 'encounter_procedure_id_missing'
            when
                {{ duplicate_number('encounter_procedures.encounter_procedure_id', [
                    'encounter_procedures.updated_at desc', 'encounter_procedures.encounter_id', 'procedure_id', 'procedure_date',
                ]) }} > 1
                then 'encounter_procedure_id_repeated'
            when encounters.encounter_id is null then 'encounter_procedure_encounter_unknown'
            when encounter_procedures.procedure_id is null then 'encounter_procedure_procedure_missing'
            when encounter_procedures.procedure_date is null then 'encounter_procedure_date_missing'
            when not {{ in_calendar('encounter_procedures.procedure_date') }}
                then 'encounter_procedure_date_outside_calendar'
        end as broken_rule
    from encounter_procedures
    left join encounters on encounter_procedures.encounter_id = encounters.encounter_id

),

-- one procedure recorded twice for an encounter would count twice; only rows that are sound by themselves compete
numbered as (

    select
        *,
        {{ duplicate_number(
            'encounter_id, procedure_id, case when broken_rule is null then 1 else 0 end',
            ['procedure_date', 'encounter_procedure_id'],
        ) }} as pair_number
    from checked

),

final as (

    select
        encounter_procedure_id,
        encounter_id,
        procedure_id,
        procedure_date,
        created_at,
        updated_at,
        case
            when broken_rule is null and pair_number > 1 then 'encounter_procedure_pair_repeated'
            else broken_rule
        end as broken_rule
    from numbered

)

select * from final
