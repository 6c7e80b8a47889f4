-- Which share of what the web shop sold of each category came back, and for which reasons?
with orders as (

    select * from {{ ref('fact_orders') }}

),

returns as (

    select * from {{ ref('fact_returns') }}

),

categories as (

    select * from {{ ref('dim_category') }}

),

sold as (

    select
        current_category_key,
        sum(sold_quantity) as quantity
    from orders
    where sold_quantity > 0
    group by current_category_key

),

returned_by_category as (

    select
        current_category_key,
        return_reason,
        count(*) as return_count,
        sum(returned_quantity) as returned_quantity,
        sum(refund_amount) as refund_amount
    from returns
    group by current_category_key, return_reason

),

returned as (

    select
        returned_by_category.*,
        categories.category_name
    from returned_by_category
    inner join categories on returned_by_category.current_category_key = categories.category_key

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
    inner join sold on returned.current_category_key = sold.current_category_key

)

select * from final
order by category_name, return_reason
