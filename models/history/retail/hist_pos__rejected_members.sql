with suppliers as (

    {{ rejected_rows(ref('int_pos__checked_suppliers'), 'suppliers', 'supplier_id', [
        'supplier_id', 'supplier_name', 'city', 'country', 'contract_start', 'contract_end', 'lead_time_days',
    ]) }}

),

categories as (

    {{ rejected_rows(ref('int_pos__checked_categories'), 'categories', 'category_id', [
        'category_id', 'category_name',
    ]) }}

),

subcategories as (

    {{ rejected_rows(ref('int_pos__checked_subcategories'), 'subcategories', 'subcategory_id', [
        'subcategory_id', 'subcategory_name', 'category_id',
    ]) }}

),

brands as (

    {{ rejected_rows(ref('int_pos__checked_brands'), 'brands', 'brand_id', [
        'brand_id', 'brand_name',
    ]) }}

),

products as (

    {{ rejected_rows(ref('int_pos__checked_products'), 'products', 'product_id', [
        'product_id', 'sku', 'product_name', 'subcategory_id', 'brand_id', 'supplier_id', 'unit_cost', 'retail_price',
        'status',
    ]) }}

),

stores as (

    {{ rejected_rows(ref('int_pos__checked_stores'), 'stores', 'store_id', [
        'store_id', 'store_name', 'store_type', 'city', 'state', 'region', 'opened_on', 'closed_on', 'manager_id',
    ]) }}

),

employees as (

    {{ rejected_rows(ref('int_pos__checked_employees'), 'employees', 'employee_id', [
        'employee_id', 'store_id', 'manager_id', 'first_name', 'last_name', 'job_title', 'department', 'salary',
        'hired_on', 'left_on',
    ]) }}

),

customers as (

    {{ rejected_rows(ref('int_pos__checked_customers'), 'customers', 'customer_id', [
        'customer_id', 'first_name', 'last_name', 'email', 'phone', 'city', 'state', 'postal_code', 'tier',
        'registered_on',
    ]) }}

),

{{ rejected_versions_of([
    'suppliers', 'categories', 'subcategories', 'brands', 'products', 'stores', 'employees', 'customers',
]) }}

select * from final
