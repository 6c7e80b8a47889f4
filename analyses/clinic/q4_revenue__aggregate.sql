-- What revenue (allowed amounts of claims that were not denied) did the encounters of each month bring each specialty?
with revenue_by_month as (

    select * from {{ ref('agg_revenue_by_month') }}

),

final as (

    select
        month_start as month,
        specialty_name,
        revenue_amount as revenue
    from revenue_by_month

)

select * from final
order by month, specialty_name
