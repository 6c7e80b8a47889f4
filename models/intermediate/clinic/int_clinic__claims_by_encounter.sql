with claims as (

    select * from {{ ref('int_clinic__valid_billing') }}

),

final as (

    -- several claims for one encounter must not multiply it
    select
        encounter_id,
        count(*) as claim_count,
        sum(is_denied) as denied_claim_count,
        sum(claimed_amount) as claimed_amount,
        sum(allowed_amount) as allowed_amount,
        sum(revenue_amount) as revenue_amount
    from claims
    group by encounter_id

)

select * from final
