{#- the web shop stands beside the stores, as one more -#}
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

stores as (

    select * from {{ ref('dim_store_current') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

-- each fact by itself first: rows of one must not multiply those of another
movements as (

    select
        sale_month_key as month_key,
        store_durable_key,
        product_durable_key,
        quantity,
        net_amount,
        0 as refund_amount
    from sales
    union all
    select
        orders.order_month_key as month_key,
        -2 as store_durable_key,
        orders.product_durable_key,
        orders.quantity,
        orders.net_amount,
        0 as refund_amount
    from orders
    inner join order_profiles on orders.order_profile_key = order_profiles.order_profile_key
    where order_profiles.order_status <> 'Cancelled'
    union all
    -- a refund belongs to the month of the return
    select
        return_month_key as month_key,
        -2 as store_durable_key,
        product_durable_key,
        0 as quantity,
        0 as net_amount,
        refund_amount
    from returns

),

cells as (

    select
        movements.month_key,
        movements.store_durable_key,
        products.category_name,
        sum(movements.quantity) as quantity,
        sum(movements.net_amount) as net_amount,
        sum(movements.refund_amount) as refund_amount
    from movements
    inner join products on movements.product_durable_key = products.product_durable_key
    group by movements.month_key, movements.store_durable_key, products.category_name

),

final as (

    select
        cells.month_key,
        months.calendar_year,
        cells.store_durable_key,
        case when cells.store_durable_key = -2 then 'Web shop' else stores.city end as city,
        cells.category_name,
        cast(cells.quantity as {{ dbt.type_bigint() }}) as quantity,
        cast(cells.net_amount as decimal(18, 2)) as net_amount,
        cast(cells.refund_amount as decimal(18, 2)) as refund_amount,
        {{ audit_key() }} as audit_key
    from cells
    inner join months on cells.month_key = months.month_key
    inner join stores on cells.store_durable_key = stores.store_durable_key

)

select * from final
