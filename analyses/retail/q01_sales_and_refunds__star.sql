-- What did each city and category sell in each year, stores and web shop alike, and what was refunded in that year?
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

stores as (

    select * from {{ ref('dim_store_current') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

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
    -- -2, not applicable: the web shop is no store
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
    -- a refund belongs to the year of the return
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

placed as (

    select
        months.calendar_year,
        case when cells.store_durable_key = -2 then 'Web shop' else stores.city end as city,
        cells.category_name,
        cells.quantity,
        cells.net_amount,
        cells.refund_amount
    from cells
    inner join months on cells.month_key = months.month_key
    inner join stores on cells.store_durable_key = stores.store_durable_key

),

final as (

    select
        calendar_year,
        city,
        category_name,
        cast(sum(quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount
    from placed
    group by calendar_year, city, category_name

)

select * from final
order by calendar_year, city, category_name
