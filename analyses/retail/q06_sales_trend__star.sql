-- How did what stores and web shop sell grow from month to month, and against the year before?
with receipts as (

    select * from {{ ref('fact_receipts') }}

),

orders as (

    select * from {{ ref('fact_orders') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

sold as (

    select
        sale_month_key as month_key,
        sum(net_amount) as net_amount
    from receipts
    group by sale_month_key
    union all
    select
        order_month_key as month_key,
        sum(sold_amount) as net_amount
    from orders
    where sold_quantity > 0
    group by order_month_key

),

by_month as (

    select
        months.month_start as month,
        cast(sum(sold.net_amount) as decimal(18, 2)) as net_amount
    from sold
    inner join months on sold.month_key = months.month_key
    group by months.month_start

),

numbered as (

    select
        *,
        {{ month_number('month') }} as month_number
    from by_month

),

grown as (

    -- by the calendar: the row before is another month where there was one without sales
    select
        month,
        net_amount,
        max(net_amount) over (order by month_number range between 1 preceding and 1 preceding) as month_before,
        max(net_amount) over (order by month_number range between 12 preceding and 12 preceding) as year_before
    from numbered

),

final as (

    select
        month,
        net_amount,
        {{ rate('net_amount - month_before', 'month_before') }} as growth_on_month,
        {{ rate('net_amount - year_before', 'year_before') }} as growth_on_year
    from grown

)

select * from final
order by month
