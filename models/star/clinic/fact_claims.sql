{{
    config(
        materialized='incremental',
        unique_key='claim_id',
        pre_hook=[
            "{{ find_due(claims_due()) }}",
            "{{ delete_rows_gone_from(ref('hist_clinic__billing'), 'claim_id') }}",
        ],
        post_hook="{{ drop_due_table() }}",
    )
}}
{%- set only_due = known_until() is not none %}

with claims as (

    select * from {{ ref('int_clinic__valid_billing') }}
    {%- if only_due %}
    where {{ is_due('claim_id') }}
    {%- endif %}

),

encounters as (

    select * from {{ ref('fact_encounters') }}

),

all_claims as (

    -- the members as they were when the encounter started, not when the bill was written
    select
        claims.claim_id,
        claims.encounter_id,
        encounters.patient_key,
        encounters.patient_durable_key,
        encounters.provider_key,
        encounters.provider_durable_key,
        encounters.department_key,
        encounters.department_durable_key,
        encounters.specialty_key,
        encounters.specialty_durable_key,
        encounters.current_specialty_durable_key,
        encounters.encounter_type_key,
        encounters.start_date_key as encounter_start_date_key,
        encounters.start_month_key as encounter_start_month_key,
        {{ date_key('claims.claim_date') }} as claim_date_key,
        claims.claim_status,
        claims.claimed_amount,
        claims.allowed_amount,
        claims.revenue_amount
    from claims
    inner join encounters on claims.encounter_id = encounters.encounter_id

),

{{ rows_to_write('all_claims', 'claim_id', due=is_due('claim_id') if only_due, one_per_key=true) }}

select * from final
