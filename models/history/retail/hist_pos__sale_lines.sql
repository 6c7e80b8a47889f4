{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_pos__sale_lines'), 'sale_line_id', parent_id='sale_id', parents=ref('hist_pos__sales')
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_pos__sale_lines')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'sale_line_id', 'sale_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount',
    'line_total', 'created_at', 'updated_at',
] %}
{%- set parent_is_due = is_due(row_key('sale_id'), key='group_key') if known_until() is not none %}

with sale_lines as (

    {{ rows_of_source(ref('stg_pos__sale_lines'), 'sale_line_id', parent_is_due, rows='rows') }}

),

sales as (

    select * from {{ ref('hist_pos__sales') }}
    where known_to = {{ still_known() }} and broken_rule is null

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'sale_line_id',
            ['updated_at desc', 'sale_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount', 'line_total', 'created_at'],
        ) }} as duplicate_number
    from sale_lines

),

sound as (

    select
        numbered.*,
        case
            when numbered.sale_line_id is null then 'sale_line_id_missing'
            when numbered.duplicate_number > 1 then 'sale_line_id_repeated'
            when sales.row_key is null then 'sale_line_sale_unknown'
            when numbered.product_id is null then 'sale_line_product_missing'
            when coalesce(numbered.quantity, 0) <= 0 then 'sale_line_quantity_not_positive'
            when coalesce(numbered.unit_price, -1) < 0 then 'sale_line_price_missing_or_negative'
            when coalesce(numbered.discount_amount, -1) < 0 then 'sale_line_discount_missing_or_negative'
            when
                numbered.discount_amount > numbered.quantity * numbered.unit_price
                then 'sale_line_discount_over_price'
            when
                coalesce(numbered.line_total, -1) <> numbered.quantity * numbered.unit_price - numbered.discount_amount
                then 'sale_line_total_wrong'
        end as own_broken_rule
    from numbered
    left join sales on numbered.sale_id = sales.row_key

),

-- one line counts once; only rows that are sound by themselves compete
checked as (

    select
        {{ row_key('sound.sale_line_id') }} as row_key,
        sound.*,
        case
            when sound.own_broken_rule is not null then sound.own_broken_rule
            when
                sound.line_number is not null
                and {{ duplicate_number(
                    'sale_id, line_number, case when own_broken_rule is null then 1 else 0 end',
                    ['updated_at desc', 'sale_line_id'],
                ) }} > 1
                then 'sale_line_number_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns, due=rows_of_due_parents('sale_id') if parent_is_due) }}

select * from final
