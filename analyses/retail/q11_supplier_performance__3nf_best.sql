-- How do the suppliers perform: what their products brought, at which margin, and how much of it came back?
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

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

returns as (

    select * from {{ source('shop', 'returns') }}

),

suppliers as (

    select * from {{ source('pos', 'suppliers') }}

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

sold_on_web as (

    -- products first: what somebody typed as a SKU is read once for each product
    select
        order_items.product_id,
        sum(order_items.quantity) as quantity,
        sum(order_items.quantity * order_items.unit_price - order_items.discount_amount) as net_amount
    from order_items
    inner join orders on order_items.order_id = orders.order_id
    where orders.order_status <> 'Cancelled'
    group by order_items.product_id

),

returned as (

    select
        order_items.product_id,
        sum(dated_returns.quantity) as quantity
    from dated_returns
    inner join order_items on dated_returns.order_item_id = order_items.order_item_id
    where dated_returns.returned_on is not null
    group by order_items.product_id

),

sold_in_stores as (

    select
        product_id,
        sum(quantity) as quantity,
        sum(line_total) as net_amount
    from sale_lines
    group by product_id

),

movements as (

    select
        store_products.sku,
        sold_in_stores.quantity,
        sold_in_stores.net_amount,
        0 as web_quantity,
        0 as returned_quantity
    from sold_in_stores
    inner join store_products on sold_in_stores.product_id = store_products.product_id
    union all
    select
        upper({{ clean_text('web_products.sku') }}) as sku,
        sold_on_web.quantity,
        sold_on_web.net_amount,
        sold_on_web.quantity as web_quantity,
        0 as returned_quantity
    from sold_on_web
    inner join web_products on sold_on_web.product_id = web_products.product_id
    union all
    select
        upper({{ clean_text('web_products.sku') }}) as sku,
        0 as quantity,
        0 as net_amount,
        0 as web_quantity,
        returned.quantity as returned_quantity
    from returned
    inner join web_products on returned.product_id = web_products.product_id

),

traded as (

    select
        sku,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        sum(web_quantity) as web_quantity,
        sum(returned_quantity) as returned_quantity
    from movements
    group by sku

),

final as (

    select
        suppliers.supplier_id,
        suppliers.supplier_name,
        suppliers.lead_time_days,
        count(*) as product_count,
        cast(sum(traded.quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(traded.net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(traded.net_amount - traded.quantity * store_products.unit_cost) as decimal(18, 2)) as margin_amount,
        {{ rate(
            'sum(traded.net_amount - traded.quantity * store_products.unit_cost)',
            'sum(traded.net_amount)',
        ) }} as margin_rate,
        {{ rate('sum(traded.returned_quantity)', 'sum(traded.web_quantity)') }} as web_return_rate
    from traded
    inner join store_products on traded.sku = store_products.sku
    inner join suppliers on store_products.supplier_id = suppliers.supplier_id
    group by suppliers.supplier_id, suppliers.supplier_name, suppliers.lead_time_days

)

select * from final
order by net_amount desc, supplier_id asc
