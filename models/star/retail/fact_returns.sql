with returns as (

    select * from {{ ref('int_shop__valid_returns') }}

),

items as (

    select * from {{ ref('int_shop__valid_order_items') }}

),

orders as (

    select * from {{ ref('int_shop__valid_orders') }}

),

products as (

    {{ members_by_number('product', 'shop') }}

),

customers as (

    {{ members_by_number('customer', 'shop') }}

),

order_profiles as (

    select * from {{ ref('dim_order_profile') }}

),

categories as (

    {{ categories_by_product() }}

),

final as (

    select
        returns.return_id,
        returns.order_item_id,
        items.order_id,
        coalesce(products.product_key, -1) as product_key,
        coalesce(products.product_durable_key, -1) as product_durable_key,
        coalesce(categories.category_key, -1) as current_category_key,
        coalesce(customers.customer_key, -1) as customer_key,
        coalesce(customers.customer_durable_key, -1) as customer_durable_key,
        order_profiles.order_profile_key,
        {{ date_key('orders.placed_at') }} as order_date_key,
        {{ date_key('returns.returned_on') }} as return_date_key,
        {{ month_key('returns.returned_on') }} as return_month_key,
        coalesce(returns.return_reason, 'Unknown') as return_reason,
        returns.quantity as returned_quantity,
        cast(returns.refund_amount as decimal(14, 2)) as refund_amount,
        {{ audit_key() }} as audit_key
    from returns
    inner join items on returns.order_item_id = items.order_item_id
    inner join orders on items.order_id = orders.order_id
    inner join order_profiles
        on
            {{ has_order_profile('orders', 'order_profiles') }}
    -- the product and the customer as they were when it was ordered, as in fact_orders
    left join products
        on
            items.product_id = products.product_id
            and {{ valid_at('products', 'orders.placed_at') }}
    left join categories on products.product_durable_key = categories.product_durable_key
    left join customers
        on
            orders.customer_id = customers.customer_id
            and {{ valid_at('customers', 'orders.placed_at') }}

)

select * from final
{{ in_order_of('return_date_key, return_id') }}
