{#- drills across both systems: what each conformed dimension says is said of stores and web shop alike -#}
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

products as (

    select * from {{ ref('dim_product_current') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

-- each fact by itself first: rows of one must not multiply those of another
movements as (

    select
        sale_month_key as month_key,
        product_durable_key,
        'Store' as channel,
        quantity,
        net_amount,
        0 as refund_amount
    from sales
    union all
    select
        orders.order_month_key as month_key,
        orders.product_durable_key,
        order_profiles.channel,
        orders.quantity,
        orders.net_amount,
        0 as refund_amount
    from orders
    inner join order_profiles on orders.order_profile_key = order_profiles.order_profile_key
    where order_profiles.order_status <> 'Cancelled'
    union all
    -- a refund belongs to the month of the return
    select
        returns.return_month_key as month_key,
        returns.product_durable_key,
        order_profiles.channel,
        0 as quantity,
        0 as net_amount,
        returns.refund_amount
    from returns
    inner join order_profiles on returns.order_profile_key = order_profiles.order_profile_key

),

final as (

    select
        movements.month_key,
        months.month_start,
        products.category_name,
        movements.channel,
        cast(sum(movements.quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(movements.net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(movements.refund_amount) as decimal(18, 2)) as refund_amount,
        {{ audit_key() }} as audit_key
    from movements
    inner join months on movements.month_key = months.month_key
    inner join products on movements.product_durable_key = products.product_durable_key
    group by movements.month_key, months.month_start, products.category_name, movements.channel

)

select * from final
