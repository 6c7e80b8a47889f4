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

stores as (

    select * from {{ ref('dim_store_current') }}

),

categories as (

    select * from {{ ref('dim_category') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

-- each fact by itself first: rows of one must not multiply those of another
cells as (

    select
        sale_month_key as month_key,
        store_durable_key,
        current_category_key,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        0 as refund_amount
    from sales
    group by sale_month_key, store_durable_key, current_category_key
    union all
    -- -2, not applicable: the web shop is no store
    select
        order_month_key as month_key,
        -2 as store_durable_key,
        current_category_key,
        sum(sold_quantity) as quantity,
        sum(sold_amount) as net_amount,
        0 as refund_amount
    from orders
    where sold_quantity > 0
    group by order_month_key, current_category_key
    union all
    -- a refund belongs to the year of the return
    select
        return_month_key as month_key,
        -2 as store_durable_key,
        current_category_key,
        0 as quantity,
        0 as net_amount,
        sum(refund_amount) as refund_amount
    from returns
    group by return_month_key, current_category_key

),

placed as (

    select
        months.calendar_year,
        case when cells.store_durable_key = -2 then 'Web shop' else stores.city end as city,
        categories.category_name,
        cells.quantity,
        cells.net_amount,
        cells.refund_amount
    from cells
    inner join months on cells.month_key = months.month_key
    inner join stores on cells.store_durable_key = stores.store_durable_key
    inner join categories on cells.current_category_key = categories.category_key

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
