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
        min(dates.date_key) as first_key,
        max(dates.date_key) as last_key
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
        sum(
            case
                when inventory.inventory_date_key = (select month_back.last_key from month_back)
                    then inventory.closing_quantity
            end
        ) as closing_quantity
    from inventory
    where inventory.inventory_date_key >= (select month_back.first_key from month_back)
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
