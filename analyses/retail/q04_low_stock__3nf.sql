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

final as (

    select
        stores.store_name,
        products.sku,
        cast(recent.closing_quantity as {{ dbt.type_bigint() }}) as closing_quantity,
        cast(recent.sold_quantity as {{ dbt.type_bigint() }}) as sold_in_30_days,
        {{ amount_per('30 * recent.closing_quantity', 'recent.sold_quantity') }} as days_of_stock
    from recent
    inner join stores on recent.store_id = stores.store_id
    inner join products on recent.product_id = products.product_id
    where
        recent.sold_quantity > 0
        and 30 * recent.closing_quantity < {{ var('retail_low_stock_days') }} * recent.sold_quantity

)

select * from final
order by days_of_stock, store_name, sku
