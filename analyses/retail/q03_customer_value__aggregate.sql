-- What have the customers of each tier spent in the stores, and what is one worth on average?
with values_by_customer as (

    select * from {{ ref('agg_customer_value') }}

),

final as (

    select
        tier,
        count(*) as customer_count,
        cast(sum(receipt_count) as {{ dbt.type_bigint() }}) as receipt_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        {{ amount_per('sum(net_amount)', 'count(*)') }} as net_amount_per_customer
    from values_by_customer
    -- a customer whose record is gone has no tier any more
    where is_store_customer = 1
    group by tier

)

select * from final
order by tier
