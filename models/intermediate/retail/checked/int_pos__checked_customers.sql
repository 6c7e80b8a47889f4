with customers as (

    select * from {{ ref('stg_pos__customers') }}

),

checked as (

    select
        *,
        case
            when customer_id is null then 'customer_id_missing'
            when
                {{ duplicate_number(
                    'customer_id',
                    ['updated_at desc', 'registered_on', 'created_at'],
                    then_text=['first_name', 'last_name', 'email', 'phone', 'city', 'state', 'postal_code', 'tier'],
                ) }} > 1
                then 'customer_id_repeated'
            when coalesce(tier, '') not in ('Bronze', 'Silver', 'Gold', 'Platinum') then 'customer_tier_unknown'
        end as broken_rule
    from customers

)

select * from checked
