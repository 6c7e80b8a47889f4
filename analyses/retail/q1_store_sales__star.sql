-- How much did the stores of each city sell of each category?
with sales as (

    select * from {{ ref('fact_sales') }}

),

stores as (

    select * from {{ ref('dim_store_current') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

final as (

    select
        stores.city,
        products.category_name,
        sum(sales.quantity) as quantity,
        cast(sum(sales.net_amount) as decimal(18, 2)) as net_amount
    from sales
    inner join stores on sales.store_durable_key = stores.store_durable_key
    inner join products on sales.product_durable_key = products.product_durable_key
    group by stores.city, products.category_name

)

select * from final
order by city, category_name
