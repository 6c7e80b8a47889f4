{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_shop__payments'), 'payment_id', parent_id='order_id', parents=ref('hist_shop__orders')
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_shop__payments')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'payment_id', 'order_id', 'payment_type', 'payment_method', 'payment_status', 'amount', 'paid_at',
    'created_at', 'updated_at',
] %}
{%- set parent_is_due = is_due(row_key('order_id'), key='group_key') if known_until() is not none %}

with payments as (

    {{ rows_of_source(ref('stg_shop__payments'), 'payment_id', parent_is_due, rows='rows') }}

),

orders as (

    select * from {{ ref('hist_shop__orders') }}
    where known_to = {{ still_known() }} and broken_rule is null

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'payment_id',
            ['updated_at desc', 'order_id', 'amount', 'paid_at', 'created_at'],
            then_text=['payment_type', 'payment_method', 'payment_status'],
        ) }} as duplicate_number
    from payments

),

checked as (

    select
        {{ row_key('numbered.payment_id') }} as row_key,
        numbered.*,
        case
            when numbered.payment_id is null then 'payment_id_missing'
            when numbered.duplicate_number > 1 then 'payment_id_repeated'
            when orders.row_key is null then 'payment_order_unknown'
            when coalesce(numbered.payment_type, '') not in ('Payment', 'Refund') then 'payment_type_unknown'
            when coalesce(numbered.payment_status, '') not in ('Settled', 'Failed') then 'payment_status_unknown'
            when coalesce(numbered.amount, -1) < 0 then 'payment_amount_missing_or_negative'
            when numbered.paid_at is null then 'payment_time_missing'
            when not {{ in_calendar('numbered.paid_at') }} then 'payment_time_outside_calendar'
        end as broken_rule
    from numbered
    left join orders on numbered.order_id = orders.row_key

),

{{ versions_to_write(columns, due=rows_of_due_parents('order_id') if parent_is_due) }}

select * from final
