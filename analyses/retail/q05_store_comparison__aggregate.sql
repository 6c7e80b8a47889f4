-- How do the stores compare: what they sold, per employee and per day open, and their rank in the region?
with stores as (

    select * from {{ ref('agg_store_performance') }}

),

final as (

    select
        region,
        rank_in_region,
        store_name,
        net_amount,
        employee_count,
        net_amount_per_employee,
        days_open,
        net_amount_per_day_open
    from stores

)

select * from final
order by region, rank_in_region
