with sales as (

    select * from {{ ref('fact_sales') }}

),

orders as (

    select * from {{ ref('fact_orders') }}

),

returns as (

    select * from {{ ref('fact_returns') }}

),

order_profiles as (

    select * from {{ ref('dim_order_profile') }}

),

-- each fact by itself first: rows of one must not multiply those of another
movements as (

    select
        sale_month_key as month_key,
        product_durable_key,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        0 as web_quantity,
        0 as returned_quantity,
        0 as refund_amount
    from sales
    group by sale_month_key, product_durable_key
    union all
    select
        orders.order_month_key as month_key,
        orders.product_durable_key,
        sum(orders.quantity) as quantity,
        sum(orders.net_amount) as net_amount,
        sum(orders.quantity) as web_quantity,
        0 as returned_quantity,
        0 as refund_amount
    from orders
    inner join order_profiles on orders.order_profile_key = order_profiles.order_profile_key
    where order_profiles.order_status <> 'Cancelled'
    group by orders.order_month_key, orders.product_durable_key
    union all
    -- what came back belongs to the month of the return
    select
        return_month_key as month_key,
        product_durable_key,
        0 as quantity,
        0 as net_amount,
        0 as web_quantity,
        sum(returned_quantity) as returned_quantity,
        sum(refund_amount) as refund_amount
    from returns
    group by return_month_key, product_durable_key

),

final as (

    select
        month_key,
        product_durable_key,
        cast(sum(quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(web_quantity) as {{ dbt.type_bigint() }}) as web_quantity,
        cast(sum(returned_quantity) as {{ dbt.type_bigint() }}) as returned_quantity,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount,
        {{ audit_key() }} as audit_key
    from movements
    group by month_key, product_durable_key

)

select * from final
