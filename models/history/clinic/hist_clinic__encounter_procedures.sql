{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_clinic__encounter_procedures'), 'encounter_procedure_id', parent_id='encounter_id', parents=ref('hist_clinic__encounters')
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_clinic__encounter_procedures')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'encounter_procedure_id', 'encounter_id', 'procedure_id', 'procedure_date', 'created_at', 'updated_at',
] %}
{%- set encounter_is_due = is_due(row_key('encounter_id'), key='group_key') if known_until() is not none %}

with encounter_procedures as (

    {{ rows_of_source(
        ref('stg_clinic__encounter_procedures'), 'encounter_procedure_id', encounter_is_due, rows='rows'
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
            'encounter_procedure_id',
            ['updated_at desc', 'encounter_id', 'procedure_id', 'procedure_date', 'created_at'],
        ) }} as duplicate_number
    from encounter_procedures

),

sound as (

    select
        numbered.*,
        case
            when numbered.encounter_procedure_id is null then 'encounter_procedure_id_missing'
            when numbered.duplicate_number > 1 then 'encounter_procedure_id_repeated'
            when encounters.row_key is null then 'encounter_procedure_encounter_unknown'
            when numbered.procedure_id is null then 'encounter_procedure_procedure_missing'
            when numbered.procedure_date is null then 'encounter_procedure_date_missing'
            when not {{ in_calendar('numbered.procedure_date') }} then 'encounter_procedure_date_outside_calendar'
        end as own_broken_rule
    from numbered
    left join encounters on numbered.encounter_id = encounters.row_key

),

-- one procedure recorded twice for an encounter would count twice; only rows that are sound by themselves compete
checked as (

    select
        {{ row_key('sound.encounter_procedure_id') }} as row_key,
        sound.*,
        case
            when sound.own_broken_rule is not null then sound.own_broken_rule
            when
                {{ duplicate_number(
                    'encounter_id, procedure_id, case when own_broken_rule is null then 1 else 0 end',
                    ['procedure_date', 'encounter_procedure_id'],
                ) }} > 1
                then 'encounter_procedure_pair_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns, due=rows_of_due_parents('encounter_id') if encounter_is_due) }}

select * from final
