-- How much did the stores of each city sell of each category?
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

stores as (

    select * from {{ source('pos', 'stores') }}

),

products as (

    select * from {{ source('pos', 'products') }}

),

subcategories as (

    select * from {{ source('pos', 'subcategories') }}

),

categories as (

    select * from {{ source('pos', 'categories') }}

),

final as (

    select
        stores.city,
        categories.category_name,
        sum(sale_lines.quantity) as quantity,
        cast(sum(sale_lines.line_total) as decimal(18, 2)) as net_amount
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    inner join stores on sales.store_id = stores.store_id
    inner join products on sale_lines.product_id = products.product_id
    inner join subcategories on products.subcategory_id = subcategories.subcategory_id
    inner join categories on subcategories.category_id = categories.category_id
    group by stores.city, categories.category_name

)

select * from final
order by city, category_name
