-- Of what do the stores have stock for fewer days than they should, at the average daily sales of the last 30 days?
with inventory as (

    select * from {{ source('pos', 'inventory') }}

),

stores as (

    select * from {{ source('pos', 'stores') }}

),

products as (

    select * from {{ source('pos', 'products') }}

),

newest as (

    -- by itself: a CTE that is used twice would be read whole
    select max(inventory_date) as inventory_date from {{ source('pos', 'inventory') }}

),

recent as (

    -- days without a sale count, too
    select
        inventory.store_id,
        inventory.product_id,
        min(inventory.inventory_date) as first_date,
        sum(inventory.sold_quantity) as sold_quantity,
        sum(
            case when inventory.inventory_date = newest.inventory_date then inventory.closing_quantity end
        ) as closing_quantity
    from inventory
    cross join newest
    where
        inventory.inventory_date
        > (select cast({{ dbt.dateadd('day', -30, 'last_day.inventory_date') }} as date) from newest as last_day)
    group by inventory.store_id, inventory.product_id

),

averaged as (

    -- what came into the store later has been sold for fewer than 30 days
    select
        recent.store_id,
        recent.product_id,
        recent.sold_quantity,
        recent.closing_quantity,
        1 + {{ calendar_days_between('recent.first_date', 'newest.inventory_date') }} as day_count
    from recent
    cross join newest

),

final as (

    select
        stores.store_name,
        products.sku,
        cast(averaged.closing_quantity as {{ dbt.type_bigint() }}) as closing_quantity,
        cast(averaged.sold_quantity as {{ dbt.type_bigint() }}) as sold_in_30_days,
        {{ amount_per('averaged.day_count * averaged.closing_quantity', 'averaged.sold_quantity') }} as days_of_stock
    from averaged
    inner join stores on averaged.store_id = stores.store_id
    inner join products on averaged.product_id = products.product_id
    where
        averaged.sold_quantity > 0
        and averaged.day_count * averaged.closing_quantity
        < {{ var('retail_low_stock_days') }} * averaged.sold_quantity

)

select * from final
order by days_of_stock, store_name, sku
