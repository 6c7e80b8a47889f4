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

categories as (

    select * from {{ ref('dim_category') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

-- each fact by itself first: rows of one must not multiply those of another
movements as (

    select
        sale_month_key as month_key,
        current_category_key,
        'Store' as channel,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        0 as refund_amount
    from sales
    group by sale_month_key, current_category_key
    union all
    select
        orders.order_month_key as month_key,
        orders.current_category_key,
        order_profiles.channel,
        sum(orders.sold_quantity) as quantity,
        sum(orders.sold_amount) as net_amount,
        0 as refund_amount
    from orders
    inner join order_profiles on orders.order_profile_key = order_profiles.order_profile_key
    where orders.sold_quantity > 0
    group by orders.order_month_key, orders.current_category_key, order_profiles.channel
    union all
    -- a refund belongs to the month of the return
    select
        returns.return_month_key as month_key,
        returns.current_category_key,
        order_profiles.channel,
        0 as quantity,
        0 as net_amount,
        sum(returns.refund_amount) as refund_amount
    from returns
    inner join order_profiles on returns.order_profile_key = order_profiles.order_profile_key
    group by returns.return_month_key, returns.current_category_key, order_profiles.channel

),

final as (

    select
        movements.month_key,
        months.month_start,
        categories.category_name,
        movements.channel,
        cast(sum(movements.quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(movements.net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(movements.refund_amount) as decimal(18, 2)) as refund_amount,
        {{ audit_key() }} as audit_key
    from movements
    inner join months on movements.month_key = months.month_key
    inner join categories on movements.current_category_key = categories.category_key
    group by movements.month_key, months.month_start, categories.category_name, movements.channel

)

select * from final
