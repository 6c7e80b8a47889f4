-- Of what do the stores have stock for fewer days than they should, at the average daily sales of the last 30 days?
with inventory as (

    select * from {{ ref('fact_inventory') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

first_days as (

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
        max(dates.date_key) as last_date_key,
        max(dates.date_day) as last_day
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
        min(inventory.inventory_date_key) as first_date_key,
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

averaged as (

    -- what came into the store later has been sold for fewer than 30 days
    select
        recent.store_durable_key,
        recent.product_durable_key,
        recent.sold_quantity,
        recent.closing_quantity,
        1 + {{ calendar_days_between('first_days.date_day', 'month_back.last_day') }} as day_count
    from recent
    inner join first_days on recent.first_date_key = first_days.date_key
    cross join month_back

),

final as (

    select
        stores.store_name,
        products.sku,
        cast(averaged.closing_quantity as {{ dbt.type_bigint() }}) as closing_quantity,
        cast(averaged.sold_quantity as {{ dbt.type_bigint() }}) as sold_in_30_days,
        {{ amount_per('averaged.day_count * averaged.closing_quantity', 'averaged.sold_quantity') }} as days_of_stock
    from averaged
    inner join stores on averaged.store_durable_key = stores.store_durable_key
    inner join products on averaged.product_durable_key = products.product_durable_key
    where
        averaged.sold_quantity > 0
        and averaged.day_count * averaged.closing_quantity
        < {{ var('retail_low_stock_days') }} * averaged.sold_quantity

)

select * from final
order by days_of_stock, store_name, sku
