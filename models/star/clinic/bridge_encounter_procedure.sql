{{
    config(
        materialized='incremental',
        unique_key='encounter_id',
        pre_hook=[
            "{{ find_due(encounters_due_in_bridge(ref('hist_clinic__encounter_procedures'))) }}",
            "{{ delete_rows_gone_from(ref('hist_clinic__encounters'), 'encounter_id') }}",
        ],
        post_hook="{{ drop_due_table() }}",
    )
}}
{%- set only_due = known_until() is not none %}

with encounters as (

    select * from {{ ref('int_clinic__valid_encounters') }}
    {%- if only_due %}
    where {{ is_due('encounter_id') }}
    {%- endif %}

),

encounter_procedures as (

    select * from {{ ref('int_clinic__valid_encounter_procedures') }}
    {%- if only_due %}
    where {{ is_due('encounter_id') }}
    {%- endif %}

),

procedures as (

    select * from {{ ref('dim_procedure') }}

),

ranked as (

    select
        encounter_id,
        procedure_id,
        procedure_date,
        row_number() over (partition by encounter_id order by procedure_date, procedure_id) as procedure_number,
        count(*) over (partition by encounter_id) as procedure_count
    from encounter_procedures

),

all_rows as (

    select
        encounters.encounter_id,
        coalesce(procedures.procedure_key, -2) as procedure_key,
        coalesce({{ date_key('ranked.procedure_date') }}, -2) as procedure_date_key,
        {{ weighting_factor('ranked.procedure_number', 'coalesce(ranked.procedure_count, 0)') }} as weighting_factor
    from encounters
    -- an encounter without any procedure keeps one row, for the member "not applicable"
    left join ranked on encounters.encounter_id = ranked.encounter_id
    left join procedures on ranked.procedure_id = procedures.procedure_id

),

{{ rows_to_write('all_rows', 'encounter_id', due=is_due('encounter_id') if only_due) }}

select * from final
