with inventory as (

    select * from {{ ref('int_pos__valid_inventory') }}

),

products as (

    {{ members_by_number('product', 'pos') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

days as (

    select
        *,
        cast(inventory_date as {{ dbt.type_timestamp() }}) as morning
    from inventory

),

final as (

    select
        days.inventory_id,
        coalesce(products.product_key, -1) as product_key,
        coalesce(products.product_durable_key, -1) as product_durable_key,
        coalesce(stores.store_key, -1) as store_key,
        coalesce(stores.store_durable_key, -1) as store_durable_key,
        {{ date_key('days.inventory_date') }} as inventory_date_key,
        days.opening_quantity,
        days.received_quantity,
        days.sold_quantity,
        days.adjusted_quantity,
        days.closing_quantity,
        cast(days.closing_quantity * products.unit_cost as decimal(14, 2)) as closing_cost_amount,
        {{ audit_key() }} as audit_key
    from days
    left join products
        on
            days.product_id = products.product_id
            and {{ valid_at('products', 'days.morning') }}
    left join stores
        on
            days.store_id = stores.store_id
            and {{ valid_at('stores', 'days.morning') }}

)

select * from final
{{ in_order_of('inventory_date_key, inventory_id') }}
