-- Claimed and allowed amounts: the source = the claims in the star + those in quarantine, and the encounters carry the
-- same money as the claims.
with amounts as (

    select
        'claimed' as amount,
        (select sum(claim_amount) from {{ source('clinic', 'billing') }}) as in_source,
        (select sum(claimed_amount) from {{ ref('fact_claims') }}) as in_claims,
        (select sum(claimed_amount) from {{ ref('fact_encounters') }}) as in_encounters,
        (select sum(claimed_amount) from {{ ref('int_clinic__quarantine') }}) as in_quarantine
    union all
    select
        'allowed' as amount,
        (select sum(allowed_amount) from {{ source('clinic', 'billing') }}) as in_source,
        (select sum(allowed_amount) from {{ ref('fact_claims') }}) as in_claims,
        (select sum(allowed_amount) from {{ ref('fact_encounters') }}) as in_encounters,
        (select sum(allowed_amount) from {{ ref('int_clinic__quarantine') }}) as in_quarantine

)

select *
from amounts
where
    coalesce(in_source, 0) <> coalesce(in_claims, 0) + coalesce(in_quarantine, 0)
    or coalesce(in_claims, 0) <> coalesce(in_encounters, 0)
