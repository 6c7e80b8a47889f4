{{
    config(
        pre_hook="{{ find_due_rows(ref('stg_pos__sales'), 'sale_id') }}",
        post_hook=["{{ keep_blocks(ref('stg_pos__sales')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'sale_id', 'store_id', 'employee_id', 'customer_id', 'sold_at', 'payment_method', 'created_at',
    'updated_at',
] %}
{%- set only_due = known_until() is not none %}

with sales as (

    {{ rows_of_source(ref('stg_pos__sales'), 'sale_id', is_due(row_key('sale_id'), key='row_key') if only_due) }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'sale_id',
            ['updated_at desc', 'store_id', 'employee_id', 'customer_id', 'sold_at', 'created_at'],
            then_text=['payment_method'],
        ) }} as duplicate_number
    from sales

),

checked as (

    select
        {{ row_key('numbered.sale_id') }} as row_key,
        numbered.*,
        case
            when numbered.sale_id is null then 'sale_id_missing'
            when numbered.duplicate_number > 1 then 'sale_id_repeated'
            when numbered.store_id is null then 'sale_store_missing'
            when numbered.employee_id is null then 'sale_employee_missing'
            when numbered.sold_at is null then 'sale_time_missing'
            when not {{ in_calendar('numbered.sold_at') }} then 'sale_time_outside_calendar'
        end as broken_rule
    from numbered

),

{{ versions_to_write(columns, due=[is_due('row_key')] if only_due) }}

select * from final
