with orders as (

    select * from {{ ref('int_shop__valid_orders') }}

),

order_lines as (

    select * from {{ ref('fact_orders') }}

),

returns as (

    select * from {{ ref('fact_returns') }}

),

customers as (

    {{ members_by_number('customer', 'shop') }}

),

order_profiles as (

    select * from {{ ref('dim_order_profile') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

-- items and returns are summed before they meet the order, so that none multiplies it
items as (

    select
        order_id,
        count(*) as item_count,
        sum(quantity) as quantity,
        sum(net_amount) as net_amount
    from order_lines
    group by order_id

),

returned as (

    select
        order_id,
        min(return_date_key) as first_return_date_key
    from returns
    group by order_id

),

final as (

    select
        orders.order_id,
        orders.order_number,
        coalesce(customers.customer_key, -1) as customer_key,
        coalesce(customers.customer_durable_key, -1) as customer_durable_key,
        order_profiles.order_profile_key,
        {{ date_key('orders.placed_at') }} as placed_date_key,
        coalesce({{ date_key('orders.paid_at') }}, -3) as paid_date_key,
        coalesce({{ date_key('orders.shipped_at') }}, -3) as shipped_date_key,
        coalesce({{ date_key('orders.delivered_at') }}, -3) as delivered_date_key,
        coalesce({{ date_key('orders.cancelled_at') }}, -3) as cancelled_date_key,
        coalesce(returned.first_return_date_key, -3) as first_return_date_key,
        orders.placed_at,
        orders.paid_at,
        orders.shipped_at,
        orders.delivered_at,
        orders.cancelled_at,
        {{ whole_days_between('orders.placed_at', 'orders.paid_at') }} as days_to_pay,
        {{ whole_days_between('orders.paid_at', 'orders.shipped_at') }} as days_to_ship,
        {{ whole_days_between('orders.shipped_at', 'orders.delivered_at') }} as days_to_deliver,
        {{ whole_days_between('orders.placed_at', 'orders.delivered_at') }} as days_to_fulfil,
        -- a return has a day and no hour
        {{ calendar_days_between('cast(orders.delivered_at as date)', 'return_days.date_day') }} as days_to_return,
        cast(coalesce(items.item_count, 0) as {{ dbt.type_int() }}) as item_count,
        cast(coalesce(items.quantity, 0) as {{ dbt.type_int() }}) as quantity,
        cast(coalesce(items.net_amount, 0) as decimal(14, 2)) as net_amount,
        {{ audit_key() }} as audit_key
    from orders
    inner join order_profiles
        on
            {{ has_order_profile('orders', 'order_profiles') }}
    left join customers
        on
            orders.customer_id = customers.customer_id
            and {{ valid_at('customers', 'orders.placed_at') }}
    left join items on orders.order_id = items.order_id
    left join returned on orders.order_id = returned.order_id
    left join dates as return_days on returned.first_return_date_key = return_days.date_key

)

select * from final
{{ in_order_of('placed_date_key, order_id') }}
