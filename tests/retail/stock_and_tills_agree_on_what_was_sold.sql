-- On the days that a store counts a product, what left the shelf is what went over the till: what the lines in the star
-- say and, where it is more than that, a line in quarantine that may have been of this store, product and day.
with sold as (

    select
        store_durable_key,
        product_durable_key,
        sale_date_key,
        sum(quantity) as quantity
    from {{ ref('fact_sales') }}
    group by store_durable_key, product_durable_key, sale_date_key

),

-- two records of one product are counted apart
counted as (

    select
        store_durable_key,
        product_durable_key,
        inventory_date_key,
        sum(sold_quantity) as sold_quantity
    from {{ ref('fact_inventory') }}
    group by store_durable_key, product_durable_key, inventory_date_key

),

-- what cannot be told of a rejected line, or of its receipt, may be anything
rejected as (

    select
        stores.store_durable_key,
        products.product_durable_key,
        {{ date_key('sales.sold_at') }} as sale_date_key
    from {{ ref('hist_pos__sale_lines') }} as sale_lines
    left join {{ ref('hist_pos__sales') }} as sales
        on
            sale_lines.sale_id = sales.row_key
            and sales.known_to = {{ still_known() }}
            and sales.duplicate_number = 1
    left join {{ ref('dim_store_current') }} as stores on sales.store_id = stores.store_id
    left join {{ ref('int_retail__product_ids') }} as products
        on
            sale_lines.product_id = products.product_id
            and products.source_name = 'pos'
    where
        sale_lines.known_to = {{ still_known() }}
        and sale_lines.broken_rule is not null

)

select
    counted.store_durable_key,
    counted.product_durable_key,
    counted.inventory_date_key,
    counted.sold_quantity,
    sold.quantity
from counted
left join sold
    on
        counted.store_durable_key = sold.store_durable_key
        and counted.product_durable_key = sold.product_durable_key
        and counted.inventory_date_key = sold.sale_date_key
where
    counted.sold_quantity < coalesce(sold.quantity, 0)
    or (
        counted.sold_quantity > coalesce(sold.quantity, 0)
        and not exists (
            select 1
            from rejected
            where
                coalesce(rejected.store_durable_key, counted.store_durable_key) = counted.store_durable_key
                and coalesce(rejected.product_durable_key, counted.product_durable_key) = counted.product_durable_key
                and coalesce(rejected.sale_date_key, counted.inventory_date_key) = counted.inventory_date_key
        )
    )
