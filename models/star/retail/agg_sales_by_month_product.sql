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

-- each fact by itself first: rows of one must not multiply those of another
movements as (

    select
        sale_month_key as month_key,
        product_durable_key,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount,
        0 as web_quantity,
        0 as returned_quantity,
        0 as refund_amount
    from sales
    group by sale_month_key, product_durable_key
    union all
    select
        order_month_key as month_key,
        product_durable_key,
        sum(sold_quantity) as quantity,
        sum(sold_amount) as net_amount,
        sum(sold_quantity) as web_quantity,
        0 as returned_quantity,
        0 as refund_amount
    from orders
    where sold_quantity > 0
    group by order_month_key, product_durable_key
    union all
    -- what came back belongs to the month of the return
    select
        return_month_key as month_key,
        product_durable_key,
        0 as quantity,
        0 as net_amount,
        0 as web_quantity,
        sum(returned_quantity) as returned_quantity,
        sum(refund_amount) as refund_amount
    from returns
    group by return_month_key, product_durable_key

),

moved as (

    select
        month_key,
        product_durable_key,
        cast(sum(quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(web_quantity) as {{ dbt.type_bigint() }}) as web_quantity,
        cast(sum(returned_quantity) as {{ dbt.type_bigint() }}) as returned_quantity,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount
    from movements
    group by month_key, product_durable_key

),

final as (

    select
        moved.month_key,
        moved.product_durable_key,
        products.sku,
        moved.quantity,
        moved.net_amount,
        moved.web_quantity,
        moved.returned_quantity,
        moved.refund_amount,
        {{ audit_key() }} as audit_key
    from moved
    inner join products on moved.product_durable_key = products.product_durable_key

)

select * from final
{{ in_order_of('month_key, product_durable_key') }}
