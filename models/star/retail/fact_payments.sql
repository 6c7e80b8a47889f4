with payments as (

    select * from {{ ref('int_shop__valid_payments') }}

),

orders as (

    select * from {{ ref('int_shop__valid_orders') }}

),

customers as (

    {{ members_by_number('customer', 'shop') }}

),

order_profiles as (

    select * from {{ ref('dim_order_profile') }}

),

final as (

    select
        payments.payment_id,
        payments.order_id,
        coalesce(customers.customer_key, -1) as customer_key,
        coalesce(customers.customer_durable_key, -1) as customer_durable_key,
        order_profiles.order_profile_key,
        {{ date_key('payments.paid_at') }} as payment_date_key,
        {{ month_key('payments.paid_at') }} as payment_month_key,
        payments.paid_at,
        payments.payment_method,
        payments.payment_type,
        payments.payment_status,
        -- a failed payment moves no money
        cast(
            case
                when payments.payment_type = 'Payment' and payments.payment_status = 'Settled' then payments.amount
                else 0
            end as decimal(14, 2)
        ) as payment_amount,
        cast(
            case
                when payments.payment_type = 'Refund' and payments.payment_status = 'Settled' then payments.amount
                else 0
            end as decimal(14, 2)
        ) as refund_amount,
        {{ audit_key() }} as audit_key
    from payments
    inner join orders on payments.order_id = orders.order_id
    inner join order_profiles
        on
            {{ has_order_profile('orders', 'order_profiles') }}
    left join customers
        on
            orders.customer_id = customers.customer_id
            and {{ valid_at('customers', 'orders.placed_at') }}

)

select * from final
{{ in_order_of('payment_date_key, payment_id') }}
