{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_clinic__encounter_diagnoses'), 'encounter_diagnosis_id', parent_id='encounter_id', parents=ref('hist_clinic__encounters')
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_clinic__encounter_diagnoses')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'encounter_diagnosis_id', 'encounter_id', 'diagnosis_id', 'diagnosis_sequence', 'created_at', 'updated_at',
] %}
{%- set encounter_is_due = is_due(row_key('encounter_id'), key='group_key') if known_until() is not none %}

with encounter_diagnoses as (

    {{ rows_of_source(
        ref('stg_clinic__encounter_diagnoses'), 'encounter_diagnosis_id', encounter_is_due, rows='rows'
    ) }}

),

encounters as (

    select * from {{ ref('hist_clinic__encounters') }}
    where known_to = {{ still_known() }} and broken_rule is null
    {%- if encounter_is_due %}
        and {{ is_due('row_key', key='group_key') }}
    {%- endif %}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'encounter_diagnosis_id',
            ['updated_at desc', 'encounter_id', 'diagnosis_id', 'diagnosis_sequence', 'created_at'],
        ) }} as duplicate_number
    from encounter_diagnoses

),

sound as (

    select
        numbered.*,
        case
            when numbered.encounter_diagnosis_id is null then 'encounter_diagnosis_id_missing'
            when numbered.duplicate_number > 1 then 'encounter_diagnosis_id_repeated'
            when encounters.row_key is null then 'encounter_diagnosis_encounter_unknown'
            when numbered.diagnosis_id is null then 'encounter_diagnosis_diagnosis_missing'
            when coalesce(numbered.diagnosis_sequence, 0) < 1 then 'encounter_diagnosis_sequence_not_positive'
        end as own_broken_rule
    from numbered
    left join encounters on numbered.encounter_id = encounters.row_key

),

-- one diagnosis recorded twice for an encounter would count twice; only rows that are sound by themselves compete
checked as (

    select
        {{ row_key('sound.encounter_diagnosis_id') }} as row_key,
        sound.*,
        case
            when sound.own_broken_rule is not null then sound.own_broken_rule
            when
                {{ duplicate_number(
                    'encounter_id, diagnosis_id, case when own_broken_rule is null then 1 else 0 end',
                    ['diagnosis_sequence', 'encounter_diagnosis_id'],
                ) }} > 1
                then 'encounter_diagnosis_pair_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns, due=rows_of_due_parents('encounter_id') if encounter_is_due) }}

select * from final
