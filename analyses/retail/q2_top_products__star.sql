-- Which products brought most in the quarter, over stores and web shop (cancelled orders left out)?
{%- set quarter_start = "cast('" ~ var('retail_quarter_start') ~ "' as " ~ dbt.type_timestamp() ~ ')' %}
{%- set quarter_end = dbt.dateadd('month', 3, quarter_start) %}
with sales as (

    select * from {{ ref('fact_sales') }}

),

orders as (

    select * from {{ ref('fact_orders') }}

),

order_profiles as (

    select * from {{ ref('dim_order_profile') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

quarter as (

    select date_key from {{ ref('dim_date') }}
    where
        date_day >= {{ quarter_start }}
        and date_day < {{ quarter_end }}

),

sold as (

    select
        sales.product_durable_key,
        sales.quantity,
        sales.net_amount
    from sales
    inner join quarter on sales.sale_date_key = quarter.date_key
    union all
    select
        orders.product_durable_key,
        orders.quantity,
        orders.net_amount
    from orders
    inner join quarter on orders.order_date_key = quarter.date_key
    inner join order_profiles on orders.order_profile_key = order_profiles.order_profile_key
    where order_profiles.order_status <> 'Cancelled'

),

by_product as (

    select
        product_durable_key,
        sum(quantity) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from sold
    group by product_durable_key

),

final as (

    select
        products.sku,
        by_product.quantity,
        by_product.net_amount
    from by_product
    inner join products on by_product.product_durable_key = products.product_durable_key

)

select * from final
order by net_amount desc, sku asc
limit {{ var('retail_top_products') }}
