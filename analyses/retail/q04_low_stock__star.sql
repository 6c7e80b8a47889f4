-- Of what do the stores have stock for fewer days than they should, at the average daily sales of the last 30 days?
with inventory as (

    select * from {{ ref('fact_inventory') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

stores as (

    select * from {{ ref('dim_store_current') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

newest as (

    -- by itself: a CTE that is used twice would be read whole
    select dates.date_day
    from dates
    where dates.date_key = (select max(latest.inventory_date_key) from {{ ref('fact_inventory') }} as latest)

),

month_back as (

    select
        min(dates.date_key) as first_date_key,
        max(dates.date_key) as last_date_key
    from dates
    cross join newest
    where
        dates.date_day <= newest.date_day
        and dates.date_day > {{ dbt.dateadd('day', -30, 'newest.date_day') }}

),

recent as (

    -- days without a sale count, too
    select
        inventory.store_durable_key,
        inventory.product_durable_key,
        sum(inventory.sold_quantity) as sold_quantity,
        sum(
            case when inventory.inventory_date_key = month_back.last_date_key then inventory.closing_quantity end
        ) as closing_quantity
    from inventory
    cross join month_back
    -- a value, which an index or the least and greatest of a block can be held against, as they cannot against a join
    where inventory.inventory_date_key >= (select bounds.first_date_key from month_back as bounds)
    group by inventory.store_durable_key, inventory.product_durable_key

),

final as (

    select
        stores.store_name,
        products.sku,
        cast(recent.closing_quantity as {{ dbt.type_bigint() }}) as closing_quantity,
        cast(recent.sold_quantity as {{ dbt.type_bigint() }}) as sold_in_30_days,
        {{ amount_per('30 * recent.closing_quantity', 'recent.sold_quantity') }} as days_of_stock
    from recent
    inner join stores on recent.store_durable_key = stores.store_durable_key
    inner join products on recent.product_durable_key = products.product_durable_key
    where
        recent.sold_quantity > 0
        and 30 * recent.closing_quantity < {{ var('retail_low_stock_days') }} * recent.sold_quantity

)

select * from final
order by days_of_stock, store_name, sku
