with billing as (

    select * from {{ ref('stg_clinic__billing') }}

),

encounters as (

    select * from {{ ref('int_clinic__valid_encounters') }}

),

claim_statuses as (

    select * from {{ ref('ref_claim_statuses') }}

),

checked as (

    select
        billing.claim_id,
        billing.encounter_id,
        billing.claim_status,
        claim_statuses.is_denied,
        billing.claimed_amount,
        billing.allowed_amount,
        billing.claim_date,
        billing.created_at,
        billing.updated_at,
        case
            when billing.claim_id is null then 'claim_id_missing'
            when
                {{ duplicate_number(
                    'billing.claim_id',
                    ['billing.updated_at desc', 'billing.encounter_id', 'claimed_amount', 'allowed_amount', 'claim_date'],
                    then_text=['billing.claim_status'],
                ) }} > 1
                then 'claim_id_repeated'
            when encounters.encounter_id is null then 'claim_encounter_unknown'
            when billing.claim_date is null then 'claim_date_missing'
            when not {{ in_calendar('billing.claim_date') }} then 'claim_date_outside_calendar'
            when claim_statuses.claim_status is null then 'claim_status_unknown'
            when coalesce(billing.claimed_amount, -1) < 0 then 'claim_amount_missing_or_negative'
            when billing.allowed_amount < 0 then 'claim_allowed_negative'
            when billing.allowed_amount > billing.claimed_amount then 'claim_allowed_over_claimed'
        end as broken_rule
    from billing
    left join encounters on billing.encounter_id = encounters.encounter_id
    left join claim_statuses on billing.claim_status = claim_statuses.claim_status

)

select * from checked
