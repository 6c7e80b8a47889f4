{{
    config(
        materialized='incremental',
        unique_key='encounter_id',
        pre_hook=[
            "{{ find_due(encounters_due_in_bridge(ref('hist_clinic__encounter_diagnoses'))) }}",
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

encounter_diagnoses as (

    select * from {{ ref('int_clinic__valid_encounter_diagnoses') }}
    {%- if only_due %}
    where {{ is_due('encounter_id') }}
    {%- endif %}

),

diagnoses as (

    select * from {{ ref('dim_diagnosis') }}

),

ranked as (

    select
        encounter_id,
        diagnosis_id,
        diagnosis_sequence,
        row_number() over (partition by encounter_id order by diagnosis_sequence, diagnosis_id) as diagnosis_number,
        count(*) over (partition by encounter_id) as diagnosis_count
    from encounter_diagnoses

),

all_rows as (

    select
        encounters.encounter_id,
        coalesce(diagnoses.diagnosis_key, -2) as diagnosis_key,
        ranked.diagnosis_sequence,
        coalesce(ranked.diagnosis_number, 0) = 1 as is_primary,
        {{ weighting_factor('ranked.diagnosis_number', 'coalesce(ranked.diagnosis_count, 0)') }} as weighting_factor
    from encounters
    -- an encounter without any diagnosis keeps one row, for the member "not applicable"
    left join ranked on encounters.encounter_id = ranked.encounter_id
    left join diagnoses on ranked.diagnosis_id = diagnoses.diagnosis_id

),

{{ rows_to_write('all_rows', 'encounter_id', due=is_due('encounter_id') if only_due) }}

select * from final
