with days as (

    select
        fact_inventory.inventory_id,
        fact_inventory.opening_quantity,
        dim_date.date_day,
        lag(dim_date.date_day) over stock as day_before,
        lag(fact_inventory.closing_quantity) over stock as closing_quantity_before
    from {{ ref('fact_inventory') }} as fact_inventory
    inner join {{ ref('dim_date') }} as dim_date on fact_inventory.inventory_date_key = dim_date.date_key
    window stock as (
        partition by fact_inventory.store_durable_key, fact_inventory.product_durable_key
        order by dim_date.date_day
    )

)

select * from days
where
    day_before = {{ dbt.dateadd('day', -1, 'date_day') }}
    and opening_quantity <> closing_quantity_before
