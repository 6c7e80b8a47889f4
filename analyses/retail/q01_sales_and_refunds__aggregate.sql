-- What did each city and category sell in each year, stores and web shop alike, and what was refunded in that year?
with cells as (

    select * from {{ ref('agg_sales_by_month_store_category') }}

),

final as (

    select
        calendar_year,
        city,
        category_name,
        cast(sum(quantity) as {{ dbt.type_bigint() }}) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount
    from cells
    group by calendar_year, city, category_name

)

select * from final
order by calendar_year, city, category_name
