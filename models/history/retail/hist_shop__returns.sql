{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_shop__returns'), 'return_id', parent_id='order_item_id', parents=ref('hist_shop__order_items'),
            grandparents=ref('hist_shop__orders'), grandparent_id='order_id'
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_shop__returns')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'return_id', 'order_item_id', 'return_reason', 'quantity', 'refund_amount', 'returned_on_text',
    'returned_on', 'created_at', 'updated_at',
] %}
{%- set parent_is_due = is_due(row_key('order_item_id'), key='group_key') if known_until() is not none %}

with returns as (

    {{ rows_of_source(ref('stg_shop__returns'), 'return_id', parent_is_due, rows='rows') }}

),

order_items as (

    select * from {{ ref('hist_shop__order_items') }}
    where known_to = {{ still_known() }} and broken_rule is null

),

orders as (

    select * from {{ ref('hist_shop__orders') }}
    where known_to = {{ still_known() }} and broken_rule is null

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'return_id',
            ['updated_at desc', 'order_item_id', 'quantity', 'refund_amount', 'returned_on', 'created_at'],
            then_text=['return_reason', 'returned_on_text'],
        ) }} as duplicate_number
    from returns

),

sound as (

    select
        numbered.*,
        order_items.quantity as ordered_quantity,
        case
            when numbered.return_id is null then 'return_id_missing'
            when numbered.duplicate_number > 1 then 'return_id_repeated'
            when order_items.row_key is null then 'return_item_unknown'
            when coalesce(numbered.quantity, 0) <= 0 then 'return_quantity_not_positive'
            when numbered.quantity > order_items.quantity then 'return_quantity_over_ordered'
            when coalesce(numbered.refund_amount, -1) < 0 then 'return_refund_missing_or_negative'
            when numbered.returned_on is null then 'return_day_unreadable'
            when not {{ in_calendar('numbered.returned_on') }} then 'return_day_outside_calendar'
            when numbered.returned_on < cast(orders.placed_at as date) then 'return_before_order'
        end as own_broken_rule
    from numbered
    left join order_items on numbered.order_item_id = order_items.row_key
    left join orders on order_items.order_id = orders.row_key

),

-- an item can come back in parts; only rows that are sound by themselves use its quantity up, the earliest first
checked as (

    select
        {{ row_key('sound.return_id') }} as row_key,
        sound.*,
        case
            when sound.own_broken_rule is not null then sound.own_broken_rule
            when
                sum(sound.quantity) over (
                    partition by sound.order_item_id, case when sound.own_broken_rule is null then 1 else 0 end
                    order by sound.returned_on, sound.return_id
                    rows between unbounded preceding and current row
                ) > sound.ordered_quantity
                then 'return_quantity_used_up'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns, due=rows_of_due_parents('order_item_id') if parent_is_due) }}

select * from final
