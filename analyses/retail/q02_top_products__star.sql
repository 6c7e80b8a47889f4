-- Which products brought most in the quarter, over stores and web shop (cancelled orders left out)?
{%- set first_month, last_month = month_keys_of_quarter(var('retail_quarter_start')) %}
with sales as (

    select * from {{ ref('fact_sales') }}

),

orders as (

    select * from {{ ref('fact_orders') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

sold as (

    select
        product_durable_key,
        quantity,
        net_amount
    from sales
    where sale_month_key between {{ first_month }} and {{ last_month }}
    union all
    select
        product_durable_key,
        sold_quantity as quantity,
        sold_amount as net_amount
    from orders
    where
        order_month_key between {{ first_month }} and {{ last_month }}
        and sold_quantity > 0

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
