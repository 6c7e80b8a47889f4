-- What did each city and category sell in each year, stores and web shop alike, and what was refunded in that year?
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

stores as (

    select * from {{ source('pos', 'stores') }}

),

store_products as (

    select * from {{ source('pos', 'products') }}

),

subcategories as (

    select * from {{ source('pos', 'subcategories') }}

),

categories as (

    select * from {{ source('pos', 'categories') }}

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

returns as (

    select * from {{ source('shop', 'returns') }}

),

spellings as (

    select * from {{ ref('ref_category_spellings') }}

),

web_categories as (

    -- the stores know the category of what they sell, too; of the rest only what somebody typed is known
    select
        web_products.product_id,
        coalesce(categories.category_name, spellings.category_name, 'Unmapped') as category_name
    from web_products
    left join store_products on upper({{ clean_text('web_products.sku') }}) = store_products.sku
    left join subcategories on store_products.subcategory_id = subcategories.subcategory_id
    left join categories on subcategories.category_id = categories.category_id
    left join spellings on {{ without("lower(web_products.category_text)", ' ') }} = spellings.spelling

),

iso_returns as (

    select
        *,
        {{ iso_day_from_text('returned_on_text') }} as returned_on_iso
    from returns

),

dated_returns as (

    -- days as clerks typed them; without a day that can be read there is none to count a return under
    select
        order_item_id,
        {{ clean_text('return_reason') }} as return_reason,
        quantity,
        refund_amount,
        {{ date_from_iso_day('returned_on_iso') }} as returned_on
    from iso_returns

),

sold_in_stores as (

    -- products first: text joins to some ten thousand sums instead of a million lines
    select
        extract(year from sales.sold_at) as calendar_year,
        sales.store_id,
        sale_lines.product_id,
        sum(sale_lines.quantity) as quantity,
        sum(sale_lines.line_total) as net_amount
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    group by calendar_year, sales.store_id, sale_lines.product_id

),

sold_on_web as (

    select
        extract(year from orders.placed_at) as calendar_year,
        order_items.product_id,
        sum(order_items.quantity) as quantity,
        sum(order_items.quantity * order_items.unit_price - order_items.discount_amount) as net_amount
    from order_items
    inner join orders on order_items.order_id = orders.order_id
    where orders.order_status <> 'Cancelled'
    group by calendar_year, order_items.product_id

),

movements as (

    select
        sold_in_stores.calendar_year,
        stores.city,
        categories.category_name,
        sold_in_stores.quantity,
        sold_in_stores.net_amount,
        0 as refund_amount
    from sold_in_stores
    inner join stores on sold_in_stores.store_id = stores.store_id
    inner join store_products on sold_in_stores.product_id = store_products.product_id
    inner join subcategories on store_products.subcategory_id = subcategories.subcategory_id
    inner join categories on subcategories.category_id = categories.category_id
    union all
    select
        sold_on_web.calendar_year,
        'Web shop' as city,
        web_categories.category_name,
        sold_on_web.quantity,
        sold_on_web.net_amount,
        0 as refund_amount
    from sold_on_web
    inner join web_categories on sold_on_web.product_id = web_categories.product_id
    union all
    -- a refund belongs to the year of the return
    select
        extract(year from dated_returns.returned_on) as calendar_year,
        'Web shop' as city,
        web_categories.category_name,
        0 as quantity,
        0 as net_amount,
        dated_returns.refund_amount
    from dated_returns
    inner join order_items on dated_returns.order_item_id = order_items.order_item_id
    inner join web_categories on order_items.product_id = web_categories.product_id
    where dated_returns.returned_on is not null

),

final as (

    select
        cast(calendar_year as {{ dbt.type_int() }}) as calendar_year,
        city,
        category_name,
        cast(sum(quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount
    from movements
    group by calendar_year, city, category_name

)

select * from final
order by calendar_year, city, category_name
