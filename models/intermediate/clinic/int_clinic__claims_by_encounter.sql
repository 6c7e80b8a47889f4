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
        sum(coalesce(allowed_amount, 0)) as allowed_amount,
        sum(case when is_denied = 0 then coalesce(allowed_amount, 0) else 0 end) as revenue_amount
    from claims
    group by encounter_id

)

select * from final
