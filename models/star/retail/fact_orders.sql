with items as (

    select * from {{ ref('int_shop__valid_order_items') }}

),

orders as (

    select * from {{ ref('int_shop__valid_orders') }}

),

-- several returns of one item must not multiply it
returns as (

    select
        order_item_id,
        sum(quantity) as returned_quantity,
        sum(refund_amount) as refund_amount
    from {{ ref('int_shop__valid_returns') }}
    group by order_item_id

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
        items.order_item_id,
        items.order_id,
        items.line_number,
        coalesce(products.product_key, -1) as product_key,
        coalesce(products.product_durable_key, -1) as product_durable_key,
        coalesce(categories.category_key, -1) as current_category_key,
        coalesce(customers.customer_key, -1) as customer_key,
        coalesce(customers.customer_durable_key, -1) as customer_durable_key,
        order_profiles.order_profile_key,
        {{ date_key('orders.placed_at') }} as order_date_key,
        {{ month_key('orders.placed_at') }} as order_month_key,
        orders.placed_at,
        items.quantity,
        items.unit_price,
        cast(items.quantity * items.unit_price as decimal(14, 2)) as gross_amount,
        items.discount_amount,
        cast(items.quantity * items.unit_price - items.discount_amount as decimal(14, 2)) as net_amount,
        case when orders.order_status = 'Cancelled' then 0 else items.quantity end as sold_quantity,
        cast(
            case
                when orders.order_status = 'Cancelled' then 0
                else items.quantity * items.unit_price - items.discount_amount
            end as decimal(14, 2)
        ) as sold_amount,
        cast(coalesce(returns.returned_quantity, 0) as {{ dbt.type_int() }}) as returned_quantity,
        cast(coalesce(returns.refund_amount, 0) as decimal(14, 2)) as refund_amount,
        {{ audit_key() }} as audit_key
    from items
    inner join orders on items.order_id = orders.order_id
    inner join order_profiles
        on
            {{ has_order_profile('orders', 'order_profiles') }}
    left join returns on items.order_item_id = returns.order_item_id
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
{{ in_order_of('order_date_key, order_id, order_item_id') }}
