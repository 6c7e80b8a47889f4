-- For every table of the web shop: rows in = rows in the star + rows in quarantine. A record of a customer or a product
-- counts by the member that it is of, if it is valid (one that is rejected keeps its last valid version).
{%- set in_star = {
    'customers': records_in_dimension('shop', 'customer', ref('int_retail__customer_ids'), ref('dim_customer'), ref('int_shop__valid_customers')),
    'products': records_in_dimension('shop', 'product', ref('int_retail__product_ids'), ref('dim_product'), ref('int_shop__valid_products')),
    'orders': [ref('fact_order_fulfilment'), 'true'],
    'order_items': [ref('fact_orders'), 'true'],
    'payments': [ref('fact_payments'), 'true'],
    'returns': [ref('fact_returns'), 'true'],
} %}

{{ rows_unaccounted_for('shop', in_star, ref('int_shop__quarantine'), ref('quality_shop__row_counts')) }}
