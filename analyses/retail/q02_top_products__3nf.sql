-- Which products brought most in the quarter, over stores and web shop (cancelled orders left out)?
{%- set quarter_start = "cast('" ~ var('retail_quarter_start') ~ "' as " ~ dbt.type_timestamp() ~ ')' %}
{%- set quarter_end = dbt.dateadd('month', 3, quarter_start) %}
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

store_products as (

    select * from {{ source('pos', 'products') }}

),

order_items as (

    select * from {{ source('shop', 'order_items') }}

),

orders as (

    select * from {{ source('shop', 'orders') }}

),

web_products as (

    select * from {{ source('shop', 'products') }}

),

sold as (

    select
        store_products.sku,
        sale_lines.quantity,
        sale_lines.line_total as net_amount
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    inner join store_products on sale_lines.product_id = store_products.product_id
    where
        sales.sold_at >= {{ quarter_start }}
        and sales.sold_at < {{ quarter_end }}
    union all
    select
        web_products.sku,
        order_items.quantity,
        order_items.quantity * order_items.unit_price - order_items.discount_amount as net_amount
    from order_items
    inner join orders on order_items.order_id = orders.order_id
    inner join web_products on order_items.product_id = web_products.product_id
    where
        orders.placed_at >= {{ quarter_start }}
        and orders.placed_at < {{ quarter_end }}
        and orders.order_status <> 'Cancelled'

),

final as (

    select
        sku,
        sum(quantity) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from sold
    group by sku

)

select * from final
order by net_amount desc, sku asc
limit {{ var('retail_top_products') }}
