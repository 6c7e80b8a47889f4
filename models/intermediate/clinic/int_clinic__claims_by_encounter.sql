with claims as (

    select * from {{ ref('int_clinic__valid_billing') }}

),

final as (

    -- several claims for one encounter must not multiply it
    select
        encounter_id,
        count(*) as claim_count,
        sum(is_denied) as denied_claim_count,
        cast(sum(claimed_amount) as decimal(12, 2)) as claimed_amount,
        cast(sum(allowed_amount) as decimal(12, 2)) as allowed_amount,
        cast(sum(revenue_amount) as decimal(12, 2)) as revenue_amount
    from claims
    group by encounter_id

)

select * from final
