{{
    config(
        materialized='incremental',
        unique_key='encounter_id',
        pre_hook="{{ delete_rows_gone_from(
            ref('fact_encounters'), 'encounter_id', history=ref('hist_clinic__encounters')
        ) }}",
    )
}}
{%- set child_history = ref('hist_clinic__encounter_diagnoses') %}
{%- set since = known_until() %}

with
{% if since is not none -%}
-- encounters that changed, and those whose diagnoses did
due_encounters as (

    select encounter_id
    from {{ ref('fact_encounters') }}
    where audit_key > {{ since }}
    union
    select encounter_id
    from {{ child_history }}
    where audit_key > {{ since }}

),

{% endif -%}
encounters as (

    select * from {{ ref('fact_encounters') }}
    {%- if since is not none %}
    where encounter_id in (select due_encounters.encounter_id from due_encounters)
    {%- endif %}

),

encounter_diagnoses as (

    select * from {{ ref('int_clinic__valid_encounter_diagnoses') }}
    {%- if since is not none %}
    where encounter_id in (select due_encounters.encounter_id from due_encounters)
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
        row_number() over (partition by encounter_id order by diagnosis_sequence, diagnosis_id) as diagnosis_number
    from encounter_diagnoses

),

all_rows as (

    select
        encounters.encounter_id,
        coalesce(diagnoses.diagnosis_key, -2) as diagnosis_key,
        ranked.diagnosis_sequence,
        coalesce(ranked.diagnosis_number, 0) = 1 as is_primary,
        {{ weighting_factor('ranked.diagnosis_number', 'encounters.diagnosis_count') }} as weighting_factor
    from encounters
    -- an encounter without any diagnosis keeps one row, for the member "not applicable"
    left join ranked on encounters.encounter_id = ranked.encounter_id
    left join diagnoses on ranked.diagnosis_id = diagnoses.diagnosis_id

),

{{ rows_to_write(
    'all_rows', 'encounter_id',
    due='encounter_id in (select due_encounters.encounter_id from due_encounters)' if since is not none
) }}

select * from final
