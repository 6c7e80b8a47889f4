-- How did what stores and web shop sell grow from month to month, and against the year before?
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

order_items as (

    select * from {{ source('shop', 'order_items') }}

),

orders as (

    select * from {{ source('shop', 'orders') }}

),

sold as (

    select
        cast({{ dbt.date_trunc('month', 'sales.sold_at') }} as date) as month,
        sale_lines.line_total as net_amount
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    union all
    select
        cast({{ dbt.date_trunc('month', 'orders.placed_at') }} as date) as month,
        order_items.quantity * order_items.unit_price - order_items.discount_amount as net_amount
    from order_items
    inner join orders on order_items.order_id = orders.order_id
    where orders.order_status <> 'Cancelled'

),

by_month as (

    select
        month,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from sold
    group by month

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
