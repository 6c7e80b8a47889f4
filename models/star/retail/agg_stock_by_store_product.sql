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
        sum(inventory.sold_quantity) as sold_in_30_days,
        sum(case when month_back.is_newest then inventory.closing_quantity end) as closing_quantity
    from inventory
    inner join month_back on inventory.inventory_date_key = month_back.date_key
    group by inventory.store_durable_key, inventory.product_durable_key

),

final as (

    select
        store_durable_key,
        product_durable_key,
        cast(closing_quantity as {{ dbt.type_bigint() }}) as closing_quantity,
        cast(sold_in_30_days as {{ dbt.type_bigint() }}) as sold_in_30_days,
        {{ amount_per('30 * closing_quantity', 'sold_in_30_days') }} as days_of_stock,
        {{ audit_key() }} as audit_key
    from recent

)

select * from final
