{{
    config(
        pre_hook="{{ find_due_rows(ref('stg_clinic__encounters'), 'encounter_id') }}",
        post_hook=["{{ keep_blocks(ref('stg_clinic__encounters')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'encounter_id', 'patient_id', 'provider_id', 'department_id', 'encounter_type', 'started_at', 'discharged_at',
    'created_at', 'updated_at',
] %}
{%- set only_due = known_until() is not none %}

with encounters as (

    {{ rows_of_source(
        ref('stg_clinic__encounters'), 'encounter_id', is_due(row_key('encounter_id'), key='row_key') if only_due
    ) }}

),

encounter_types as (

    select * from {{ ref('ref_encounter_types') }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'encounter_id',
            ['updated_at desc', 'patient_id', 'provider_id', 'department_id', 'started_at', 'discharged_at', 'created_at'],
            then_text=['encounter_type'],
        ) }} as duplicate_number
    from encounters

),

checked as (

    select
        {{ row_key('numbered.encounter_id') }} as row_key,
        numbered.*,
        case
            when numbered.encounter_id is null then 'encounter_id_missing'
            when numbered.duplicate_number > 1 then 'encounter_id_repeated'
            when numbered.patient_id is null then 'encounter_patient_missing'
            when numbered.provider_id is null then 'encounter_provider_missing'
            when numbered.department_id is null then 'encounter_department_missing'
            when numbered.started_at is null then 'encounter_start_missing'
            when not {{ in_calendar('numbered.started_at') }} then 'encounter_start_outside_calendar'
            when encounter_types.encounter_type_key is null then 'encounter_type_unknown'
            when numbered.discharged_at < numbered.started_at then 'encounter_ends_before_start'
            when not {{ in_calendar('numbered.discharged_at') }} then 'encounter_end_outside_calendar'
        end as broken_rule
    from numbered
    left join encounter_types on numbered.encounter_type = encounter_types.encounter_type

),

{{ versions_to_write(columns, due=[is_due('row_key')] if only_due) }}

select * from final
