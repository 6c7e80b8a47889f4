-- What have the customers of each tier spent in the stores, and what is one worth on average?
with receipts as (

    select * from {{ ref('fact_receipts') }}

),

customers as (

    select * from {{ ref('dim_customer_current') }}

),

spent as (

    select
        customer_durable_key,
        count(*) as receipt_count,
        sum(net_amount) as net_amount
    from receipts
    -- those who showed a card
    where customer_durable_key <> -2
    group by customer_durable_key

),

final as (

    select
        customers.tier,
        count(*) as customer_count,
        cast(sum(spent.receipt_count) as {{ dbt.type_bigint() }}) as receipt_count,
        cast(sum(spent.net_amount) as decimal(18, 2)) as net_amount,
        {{ amount_per('sum(spent.net_amount)', 'count(*)') }} as net_amount_per_customer
    from spent
    inner join customers on spent.customer_durable_key = customers.customer_durable_key
    -- a customer whose record is gone has no tier any more
    where customers.is_store_customer = 1
    group by customers.tier

)

select * from final
order by tier
