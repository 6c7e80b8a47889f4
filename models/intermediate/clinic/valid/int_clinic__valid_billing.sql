with billing as (

    select * from {{ ref('hist_clinic__billing') }}
    where {{ known_now() }}

),

claim_statuses as (

    select * from {{ ref('ref_claim_statuses') }}

),

valid as (

    select
        -- which a valid row has
        billing.row_key as claim_id,
        billing.encounter_id,
        billing.claim_status,
        claim_statuses.is_denied,
        billing.claimed_amount,
        cast(coalesce(billing.allowed_amount, 0) as decimal(12, 2)) as allowed_amount,
        -- a denied claim brings nothing, whatever was allowed
        cast(
            case when claim_statuses.is_denied = 0 then coalesce(billing.allowed_amount, 0) else 0 end as decimal(12, 2)
        ) as revenue_amount,
        billing.claim_date,
        billing.created_at,
        billing.updated_at
    from billing
    inner join claim_statuses on billing.claim_status = claim_statuses.claim_status
    where billing.broken_rule is null

)

select * from valid
