-- on the days that a store counts a product, what left the shelf is what went over the till
with sold as (

    select
        store_durable_key,
        product_durable_key,
        sale_date_key,
        sum(quantity) as quantity
    from {{ ref('fact_sales') }}
    group by store_durable_key, product_durable_key, sale_date_key

)

select
    inventory.inventory_id,
    inventory.sold_quantity,
    sold.quantity
from {{ ref('fact_inventory') }} as inventory
left join sold
    on
        inventory.store_durable_key = sold.store_durable_key
        and inventory.product_durable_key = sold.product_durable_key
        and inventory.inventory_date_key = sold.sale_date_key
where inventory.sold_quantity <> coalesce(sold.quantity, 0)
