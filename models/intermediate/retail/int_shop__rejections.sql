{{
    config(
        materialized='incremental',
        unique_key=['source_table', 'row_key'],
        incremental_strategy='delete+insert',
        on_schema_change='append_new_columns',
        pre_hook="{{ find_due_in_quarantine({
            'members': ref('hist_shop__rejected_members'),
            'orders': ref('hist_shop__orders'),
            'order_items': ref('hist_shop__order_items'),
            'payments': ref('hist_shop__payments'),
            'returns': ref('hist_shop__returns'),
        }) }}",
        post_hook="{{ drop_due_table() }}",
    )
}}

with members as (

    select * from {{ ref('hist_shop__rejected_members') }}
    where broken_rule is not null {{ and_is_due_in_quarantine('members') }}

),

orders as (

    {{ rejected_rows(ref('hist_shop__orders'), 'orders', 'order_id', [
        'order_id', 'order_number', 'customer_id', 'channel', 'device', 'promotion_code', 'order_status', 'placed_at',
        'paid_at', 'shipped_at', 'delivered_at', 'cancelled_at',
    ], timestamps=['placed_at', 'paid_at', 'shipped_at', 'delivered_at', 'cancelled_at'], also=stay_columns()) }}

),

order_items as (

    {{ rejected_rows(ref('hist_shop__order_items'), 'order_items', 'order_item_id', [
        'order_item_id', 'order_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount',
    ], also=stay_columns() + ['quantity', 'unit_price', 'discount_amount']) }}

),

payments as (

    {{ rejected_rows(ref('hist_shop__payments'), 'payments', 'payment_id', [
        'payment_id', 'order_id', 'payment_type', 'payment_method', 'payment_status', 'amount', 'paid_at',
    ], timestamps=['paid_at'], also=stay_columns() + ['payment_type', 'payment_status', 'amount']) }}

),

returns as (

    {{ rejected_rows(ref('hist_shop__returns'), 'returns', 'return_id', [
        'return_id', 'order_item_id', 'return_reason', 'quantity', 'refund_amount', 'returned_on_text',
    ], also=stay_columns()) }}

),

rules as (

    select * from {{ ref('ref_retail_rules') }}

),

{{ stays_in_quarantine(
    'shop',
    'rules',
    ['members', 'orders', 'order_items', 'payments', 'returns'],
    amounts={
        'net_amount': {'order_items': 'quantity * unit_price - discount_amount'},
        'payment_amount': {
            'payments': "case when payment_type = 'Payment' and payment_status = 'Settled' then amount end",
        },
        'refund_amount': {
            'payments': "case when payment_type = 'Refund' and payment_status = 'Settled' then amount end",
        },
    },
) }}

select * from final
