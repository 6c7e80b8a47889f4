{{
    config(
        materialized='incremental',
        unique_key=['source_table', 'row_key'],
        incremental_strategy='delete+insert',
        on_schema_change='append_new_columns',
        pre_hook="{{ find_due_in_quarantine({
            'members': ref('hist_pos__rejected_members'),
            'sales': ref('hist_pos__sales'),
            'sale_lines': ref('hist_pos__sale_lines'),
            'inventory': ref('hist_pos__inventory'),
        }) }}",
        post_hook="{{ drop_due_table() }}",
    )
}}

with members as (

    select * from {{ ref('hist_pos__rejected_members') }}
    where broken_rule is not null {{ and_is_due_in_quarantine('members') }}

),

sales as (

    {{ rejected_rows(ref('hist_pos__sales'), 'sales', 'sale_id', [
        'sale_id', 'store_id', 'employee_id', 'customer_id', 'sold_at', 'payment_method',
    ], timestamps=['sold_at'], also=stay_columns()) }}

),

sale_lines as (

    {{ rejected_rows(ref('hist_pos__sale_lines'), 'sale_lines', 'sale_line_id', [
        'sale_line_id', 'sale_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount',
        'line_total',
    ], also=stay_columns() + ['line_total']) }}

),

inventory as (

    {{ rejected_rows(ref('hist_pos__inventory'), 'inventory', 'inventory_id', [
        'inventory_id', 'store_id', 'product_id', 'inventory_date', 'opening_quantity', 'received_quantity',
        'sold_quantity', 'adjusted_quantity', 'closing_quantity',
    ], also=stay_columns()) }}

),

rules as (

    select * from {{ ref('ref_retail_rules') }}

),

{{ stays_in_quarantine(
    'pos',
    'rules',
    ['members', 'sales', 'sale_lines', 'inventory'],
    amounts={
        'net_amount': {'sale_lines': 'line_total'},
    },
) }}

select * from final
