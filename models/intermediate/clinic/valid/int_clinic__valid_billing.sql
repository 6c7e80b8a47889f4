with checked as (

    select * from {{ ref('int_clinic__checked_billing') }}

),

valid as (

    select
        claim_id,
        encounter_id,
        claim_status,
        is_denied,
        claimed_amount,
        cast(coalesce(allowed_amount, 0) as decimal(12, 2)) as allowed_amount,
        -- a denied claim brings nothing, whatever was allowed
        cast(case when is_denied = 0 then coalesce(allowed_amount, 0) else 0 end as decimal(12, 2)) as revenue_amount,
        claim_date,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
