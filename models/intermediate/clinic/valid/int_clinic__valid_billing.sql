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
        allowed_amount,
        claim_date,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
