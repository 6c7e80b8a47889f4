{{
    config(
        materialized='incremental',
        unique_key='claim_id',
        pre_hook="{{ delete_rows_gone_from(
            ref('int_clinic__valid_billing'), 'claim_id', history=ref('hist_clinic__billing')
        ) }}",
    )
}}
{%- set billing_history = ref('hist_clinic__billing') %}
{%- set since = known_until() %}

with
{% if since is not none -%}
-- claims that changed, and those of encounters that did
due_claims as (

    select row_key as claim_id
    from {{ billing_history }}
    where audit_key > {{ since }}
    union
    select claim_id
    from {{ ref('int_clinic__valid_billing') }}
    where encounter_id in (select encounter_id from {{ ref('fact_encounters') }} where audit_key > {{ since }})

),

{% endif -%}
claims as (

    select * from {{ ref('int_clinic__valid_billing') }}
    {%- if since is not none %}
    where claim_id in (select due_claims.claim_id from due_claims)
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

{{ rows_to_write(
    'all_claims', 'claim_id', due='claim_id in (select due_claims.claim_id from due_claims)' if since is not none
) }}

select * from final
