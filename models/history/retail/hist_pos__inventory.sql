{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_pos__inventory'), 'inventory_id', 'coalesce(' ~ date_key('inventory_date') ~ ', -1)'
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_pos__inventory')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'inventory_id', 'store_id', 'product_id', 'inventory_date', 'opening_quantity', 'received_quantity',
    'sold_quantity', 'adjusted_quantity', 'closing_quantity', 'created_at', 'updated_at',
] %}
{%- set day = 'coalesce(' ~ date_key('inventory_date') ~ ', -1)' %}
{%- set day_is_due = is_due(day, key='group_key') if known_until() is not none %}

with inventory as (

    {{ rows_of_source(ref('stg_pos__inventory'), 'inventory_id', day_is_due, rows='rows') }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'inventory_id',
            ['updated_at desc', 'store_id', 'product_id', 'inventory_date', 'opening_quantity', 'received_quantity', 'sold_quantity', 'adjusted_quantity', 'closing_quantity', 'created_at'],
        ) }} as duplicate_number
    from inventory

),

sound as (

    select
        numbered.*,
        case
            when numbered.inventory_id is null then 'inventory_id_missing'
            when numbered.duplicate_number > 1 then 'inventory_id_repeated'
            when numbered.store_id is null then 'inventory_store_missing'
            when numbered.product_id is null then 'inventory_product_missing'
            when numbered.inventory_date is null then 'inventory_day_missing'
            when not {{ in_calendar('numbered.inventory_date') }} then 'inventory_day_outside_calendar'
            when
                numbered.opening_quantity is null
                or numbered.received_quantity is null
                or numbered.sold_quantity is null
                or numbered.adjusted_quantity is null
                or numbered.closing_quantity is null
                then 'inventory_quantity_missing'
            when
                numbered.closing_quantity
                <> numbered.opening_quantity + numbered.received_quantity - numbered.sold_quantity
                + numbered.adjusted_quantity
                then 'inventory_total_wrong'
        end as own_broken_rule
    from numbered

),

-- a product has one stock in a store and on a day; only rows that are sound by themselves compete
checked as (

    select
        {{ row_key('sound.inventory_id') }} as row_key,
        sound.*,
        case
            when sound.own_broken_rule is not null then sound.own_broken_rule
            when
                {{ duplicate_number(
                    'store_id, product_id, inventory_date, case when own_broken_rule is null then 1 else 0 end',
                    ['updated_at desc', 'inventory_id'],
                ) }} > 1
                then 'inventory_day_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns, due=[day_is_due] if day_is_due) }}

select * from final
