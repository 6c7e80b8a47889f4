-- Which share of what the web shop sold of each category came back, and for which reasons?
with by_product as (

    select * from {{ ref('agg_sales_by_month_product') }}

),

returns as (

    select * from {{ ref('fact_returns') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

sold as (

    select
        products.category_name,
        sum(by_product.web_quantity) as quantity
    from by_product
    inner join products on by_product.product_durable_key = products.product_durable_key
    group by products.category_name

),

returned as (

    -- reasons are in no aggregate: returns are few
    select
        products.category_name,
        returns.return_reason,
        count(*) as return_count,
        sum(returns.returned_quantity) as returned_quantity,
        sum(returns.refund_amount) as refund_amount
    from returns
    inner join products on returns.product_durable_key = products.product_durable_key
    group by products.category_name, returns.return_reason

),

final as (

    select
        returned.category_name,
        returned.return_reason,
        returned.return_count,
        cast(returned.returned_quantity as {{ dbt.type_bigint() }}) as returned_quantity,
        cast(returned.refund_amount as decimal(18, 2)) as refund_amount,
        {{ rate('returned.returned_quantity', 'sold.quantity') }} as return_rate,
        {{ rate(
            'returned.returned_quantity',
            'sum(returned.returned_quantity) over (partition by returned.category_name)',
        ) }} as share_of_returns
    from returned
    inner join sold on returned.category_name = sold.category_name

)

select * from final
order by category_name, return_reason
