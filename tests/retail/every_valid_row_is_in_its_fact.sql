-- every row of the large tables that breaks no rule is in its fact once, and no other row is
{%- set facts = {
    'fact_sales': ['hist_pos__sale_lines', 'sale_line_id'],
    'fact_inventory': ['hist_pos__inventory', 'inventory_id'],
    'fact_orders': ['hist_shop__order_items', 'order_item_id'],
    'fact_payments': ['hist_shop__payments', 'payment_id'],
    'fact_returns': ['hist_shop__returns', 'return_id'],
    'fact_order_fulfilment': ['hist_shop__orders', 'order_id'],
} %}
with counted as (

    {%- for fact, (history, key) in facts.items() %}
    select
        '{{ fact }}' as fact,
        (
            select count(*) from {{ ref(history) }}
            where known_to = {{ still_known() }} and broken_rule is null
        ) as valid_count,
        (select count(*) from {{ ref(fact) }}) as fact_count,
        (
            select count(*)
            from {{ ref(fact) }} as written
            inner join {{ ref(history) }} as known
                on
                    written.{{ key }} = known.row_key
                    and known.known_to = {{ still_known() }}
                    and known.broken_rule is null
        ) as matched_count
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from counted
where valid_count <> fact_count or fact_count <> matched_count
