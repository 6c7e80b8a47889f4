{{
    config(
        pre_hook="{{ find_due_rows(ref('stg_shop__orders'), 'order_id') }}",
        post_hook=["{{ keep_blocks(ref('stg_shop__orders')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'order_id', 'order_number', 'customer_id', 'channel', 'device', 'promotion_code', 'order_status',
    'placed_at', 'paid_at', 'shipped_at', 'delivered_at', 'cancelled_at', 'created_at', 'updated_at',
] %}
{%- set only_due = known_until() is not none %}

with orders as (

    {{ rows_of_source(ref('stg_shop__orders'), 'order_id', is_due(row_key('order_id'), key='row_key') if only_due) }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'order_id',
            ['updated_at desc', 'customer_id', 'placed_at', 'paid_at', 'shipped_at', 'delivered_at', 'cancelled_at', 'created_at'],
            then_text=['order_number', 'channel', 'device', 'promotion_code', 'order_status'],
        ) }} as duplicate_number
    from orders

),

checked as (

    select
        {{ row_key('numbered.order_id') }} as row_key,
        numbered.*,
        case
            when numbered.order_id is null then 'order_id_missing'
            when numbered.duplicate_number > 1 then 'order_id_repeated'
            when numbered.customer_id is null then 'order_customer_missing'
            when numbered.placed_at is null then 'order_time_missing'
            when not {{ in_calendar('numbered.placed_at') }} then 'order_time_outside_calendar'
            when coalesce(numbered.channel, '') not in ('Web', 'App', 'Marketplace') then 'order_channel_unknown'
            when
                coalesce(numbered.order_status, '') not in ('Placed', 'Paid', 'Shipped', 'Delivered', 'Cancelled')
                then 'order_status_unknown'
            when
                not {{ in_calendar('numbered.paid_at') }}
                or not {{ in_calendar('numbered.shipped_at') }}
                or not {{ in_calendar('numbered.delivered_at') }}
                or not {{ in_calendar('numbered.cancelled_at') }}
                then 'order_later_time_outside_calendar'
            when
                numbered.paid_at < numbered.placed_at
                or numbered.shipped_at < coalesce(numbered.paid_at, numbered.placed_at)
                or numbered.delivered_at < coalesce(numbered.shipped_at, numbered.paid_at, numbered.placed_at)
                or numbered.cancelled_at < numbered.placed_at
                then 'order_times_out_of_order'
        end as broken_rule
    from numbered

),

{{ versions_to_write(columns, due=[is_due('row_key')] if only_due) }}

select * from final
