-- How do the suppliers perform: what their products brought, at which margin, and how much of it came back?
with sales as (

    select * from {{ ref('fact_sales') }}

),

orders as (

    select * from {{ ref('fact_orders') }}

),

returns as (

    select * from {{ ref('fact_returns') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

suppliers as (

    select * from {{ ref('dim_supplier_current') }}

),

movements as (

    -- each fact by itself first: a product's sales must not multiply its returns
    select
        product_durable_key,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        0 as web_quantity,
        0 as returned_quantity
    from sales
    group by product_durable_key
    union all
    select
        product_durable_key,
        sum(sold_quantity) as quantity,
        sum(sold_amount) as net_amount,
        sum(sold_quantity) as web_quantity,
        0 as returned_quantity
    from orders
    where sold_quantity > 0
    group by product_durable_key
    union all
    select
        product_durable_key,
        0 as quantity,
        0 as net_amount,
        0 as web_quantity,
        sum(returned_quantity) as returned_quantity
    from returns
    group by product_durable_key

),

traded as (

    select
        product_durable_key,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        sum(web_quantity) as web_quantity,
        sum(returned_quantity) as returned_quantity
    from movements
    group by product_durable_key

),

final as (

    select
        suppliers.supplier_id,
        suppliers.supplier_name,
        suppliers.lead_time_days,
        count(*) as product_count,
        cast(sum(traded.quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(traded.net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(traded.net_amount - traded.quantity * products.unit_cost) as decimal(18, 2)) as margin_amount,
        {{ rate(
            'sum(traded.net_amount - traded.quantity * products.unit_cost)',
            'sum(traded.net_amount)',
        ) }} as margin_rate,
        {{ rate('sum(traded.returned_quantity)', 'sum(traded.web_quantity)') }} as web_return_rate
    from traded
    inner join products on traded.product_durable_key = products.product_durable_key
    inner join suppliers on products.supplier_id = suppliers.supplier_id
    group by suppliers.supplier_id, suppliers.supplier_name, suppliers.lead_time_days

)

select * from final
order by net_amount desc, supplier_id asc
