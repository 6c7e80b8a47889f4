-- How did what stores and web shop sell grow from month to month, and against the year before?
with cells as (

    select * from {{ ref('agg_revenue_by_month_category_channel') }}

),

by_month as (

    select
        month_start as month,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from cells
    group by month_start
    -- months in which things only came back are none of selling
    having sum(quantity) > 0

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
