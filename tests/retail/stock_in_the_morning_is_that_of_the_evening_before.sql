-- by product; where one of its several records comes or goes, two days cannot be compared
with counted as (

    select
        store_durable_key,
        product_durable_key,
        inventory_date_key,
        count(*) as record_count,
        sum(opening_quantity) as opening_quantity,
        sum(closing_quantity) as closing_quantity
    from {{ ref('fact_inventory') }}
    group by store_durable_key, product_durable_key, inventory_date_key

),

days as (

    select
        counted.*,
        dim_date.date_day,
        lag(dim_date.date_day) over stock as day_before,
        lag(counted.record_count) over stock as record_count_before,
        lag(counted.closing_quantity) over stock as closing_quantity_before
    from counted
    inner join {{ ref('dim_date') }} as dim_date on counted.inventory_date_key = dim_date.date_key
    window stock as (
        partition by counted.store_durable_key, counted.product_durable_key
        order by dim_date.date_day
    )

)

select * from days
where
    day_before = {{ dbt.dateadd('day', -1, 'date_day') }}
    and record_count_before = record_count
    and opening_quantity <> closing_quantity_before
