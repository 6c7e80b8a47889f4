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

categories as (

    select * from {{ ref('dim_category') }}

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
        current_category_key,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        0 as refund_amount
    from sales
    group by sale_month_key, store_durable_key, current_category_key
    union all
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
    -- a refund belongs to the month of the return
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

cells as (

    select
        movements.month_key,
        movements.store_durable_key,
        categories.category_name,
        sum(movements.quantity) as quantity,
        sum(movements.net_amount) as net_amount,
        sum(movements.refund_amount) as refund_amount
    from movements
    inner join categories on movements.current_category_key = categories.category_key
    group by movements.month_key, movements.store_durable_key, categories.category_name

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
