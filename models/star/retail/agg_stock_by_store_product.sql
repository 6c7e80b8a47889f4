with inventory as (

    select * from {{ ref('fact_inventory') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

newest as (

    -- by itself: a CTE that is used twice would be read whole
    select dates.date_day
    from dates
    where dates.date_key = (select max(latest.inventory_date_key) from {{ ref('fact_inventory') }} as latest)

),

month_back as (

    select
        dates.date_key,
        dates.date_day = newest.date_day as is_newest
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
        sum(inventory.sold_quantity) as sold_in_30_days,
        sum(case when month_back.is_newest then inventory.closing_quantity end) as closing_quantity
    from inventory
    inner join month_back on inventory.inventory_date_key = month_back.date_key
    group by inventory.store_durable_key, inventory.product_durable_key

),

averaged as (

    -- what came into the store later has been sold for fewer than 30 days
    select
        recent.store_durable_key,
        recent.product_durable_key,
        recent.sold_in_30_days,
        recent.closing_quantity,
        1 + {{ calendar_days_between('first_days.date_day', 'newest.date_day') }} as day_count
    from recent
    inner join dates as first_days on recent.first_date_key = first_days.date_key
    cross join newest

),

final as (

    select
        store_durable_key,
        product_durable_key,
        cast(closing_quantity as {{ dbt.type_bigint() }}) as closing_quantity,
        cast(sold_in_30_days as {{ dbt.type_bigint() }}) as sold_in_30_days,
        cast(day_count as {{ dbt.type_int() }}) as day_count,
        {{ amount_per('day_count * closing_quantity', 'sold_in_30_days') }} as days_of_stock,
        {{ audit_key() }} as audit_key
    from averaged

)

select * from final
