-- Of what do the stores have stock for fewer days than they should, at the average daily sales of the last 30 days?
with stock as (

    select * from {{ ref('agg_stock_by_store_product') }}

),

stores as (

    select * from {{ ref('dim_store_current') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

final as (

    select
        stores.store_name,
        products.sku,
        stock.closing_quantity,
        stock.sold_in_30_days,
        stock.days_of_stock
    from stock
    inner join stores on stock.store_durable_key = stores.store_durable_key
    inner join products on stock.product_durable_key = products.product_durable_key
    where
        stock.sold_in_30_days > 0
        and stock.day_count * stock.closing_quantity < {{ var('retail_low_stock_days') }} * stock.sold_in_30_days

)

select * from final
order by days_of_stock, store_name, sku
