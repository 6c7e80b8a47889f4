-- For every table of the stores: rows in = rows in the star + rows in quarantine. A member counts where it is current
-- in its dimension and its record is valid (one whose record is rejected keeps its last valid version), a record of a
-- product or a customer by the member that it is of; what has no table of its own there counts where it is valid.
{%- set present = 'is_current and not is_inferred and ' %}
{%- set in_star = {
    'suppliers': [ref('dim_supplier'), present ~ 'supplier_id in (select supplier_id from ' ~ ref('int_pos__valid_suppliers') ~ ')'],
    'categories': [ref('int_pos__valid_categories'), 'true'],
    'subcategories': [ref('int_pos__valid_subcategories'), 'true'],
    'brands': [ref('int_pos__valid_brands'), 'true'],
    'products': records_in_dimension('pos', 'product', ref('int_retail__product_ids'), ref('dim_product'), ref('int_pos__valid_products')),
    'stores': [ref('dim_store'), present ~ 'store_id in (select store_id from ' ~ ref('int_pos__valid_stores') ~ ')'],
    'employees': [ref('dim_employee'), present ~ 'employee_id in (select employee_id from ' ~ ref('int_pos__valid_employees') ~ ')'],
    'customers': records_in_dimension('pos', 'customer', ref('int_retail__customer_ids'), ref('dim_customer'), ref('int_pos__valid_customers')),
    'sales': [ref('int_pos__valid_sales'), 'true'],
    'sale_lines': [ref('fact_sales'), 'true'],
    'inventory': [ref('fact_inventory'), 'true'],
} %}

{{ rows_unaccounted_for('pos', in_star, ref('int_pos__quarantine'), ref('quality_pos__row_counts')) }}
