-- What was sold, ordered, paid and refunded: the systems' amounts = those in the star + those in quarantine.
{%- set settled = "payment_status = 'Settled' and payment_type = " %}
{%- set amounts = {
    'sold': [
        source('pos', 'sale_lines'), 'line_total', ref('fact_sales'), 'net_amount', ref('int_pos__quarantine'),
    ],
    'ordered': [
        source('shop', 'order_items'), 'quantity * unit_price - discount_amount', ref('fact_orders'), 'net_amount',
        ref('int_shop__quarantine'),
    ],
    'paid': [
        source('shop', 'payments'), 'case when ' ~ settled ~ "'Payment' then amount end", ref('fact_payments'), 'payment_amount',
        ref('int_shop__quarantine'),
    ],
    'refunded': [
        source('shop', 'payments'), 'case when ' ~ settled ~ "'Refund' then amount end", ref('fact_payments'), 'refund_amount',
        ref('int_shop__quarantine'),
    ],
} %}

with amounts as (

    {%- for what, (records, amount, fact, measure, quarantine) in amounts.items() %}
    select
        '{{ what }}' as what,
        (select sum({{ amount }}) from {{ records }}) as in_source,
        (select sum({{ measure }}) from {{ fact }}) as in_star,
        (select sum({{ measure }}) from {{ quarantine }}) as in_quarantine
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select *
from amounts
where coalesce(in_source, 0) <> coalesce(in_star, 0) + coalesce(in_quarantine, 0)
