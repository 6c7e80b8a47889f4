{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_shop__order_items'), 'order_item_id', parent_id='order_id', parents=ref('hist_shop__orders')
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_shop__order_items')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'order_item_id', 'order_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount',
    'created_at', 'updated_at',
] %}
{%- set parent_is_due = is_due(row_key('order_id'), key='group_key') if known_until() is not none %}

with order_items as (

    {{ rows_of_source(ref('stg_shop__order_items'), 'order_item_id', parent_is_due, rows='rows') }}

),

orders as (

    select * from {{ ref('hist_shop__orders') }}
    where known_to = {{ still_known() }} and broken_rule is null

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'order_item_id',
            ['updated_at desc', 'order_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount', 'created_at'],
        ) }} as duplicate_number
    from order_items

),

sound as (

    select
        numbered.*,
        case
            when numbered.order_item_id is null then 'order_item_id_missing'
            when numbered.duplicate_number > 1 then 'order_item_id_repeated'
            when orders.row_key is null then 'order_item_order_unknown'
            when numbered.product_id is null then 'order_item_product_missing'
            when coalesce(numbered.quantity, 0) <= 0 then 'order_item_quantity_not_positive'
            when coalesce(numbered.unit_price, -1) < 0 then 'order_item_price_missing_or_negative'
            when coalesce(numbered.discount_amount, -1) < 0 then 'order_item_discount_missing_or_negative'
            when
                numbered.discount_amount > numbered.quantity * numbered.unit_price
                then 'order_item_discount_over_price'
        end as own_broken_rule
    from numbered
    left join orders on numbered.order_id = orders.row_key

),

-- one line counts once; only rows that are sound by themselves compete
checked as (

    select
        {{ row_key('sound.order_item_id') }} as row_key,
        sound.*,
        case
            when sound.own_broken_rule is not null then sound.own_broken_rule
            when
                sound.line_number is not null
                and {{ duplicate_number(
                    'order_id, line_number, case when own_broken_rule is null then 1 else 0 end',
                    ['updated_at desc', 'order_item_id'],
                ) }} > 1
                then 'order_item_number_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns, due=rows_of_due_parents('order_id') if parent_is_due) }}

select * from final
