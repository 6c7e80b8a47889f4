-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
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
from {{ ref('hist_clinic__billing') }} as billing
inner join {{ ref('ref_claim_statuses') }} as claim_statuses on billing.claim_status = claim_statuses.claim_status
where
    {{ known_now('billing') }}
    and billing.broken_rule is null
