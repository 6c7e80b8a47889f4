with customers as (

    {{ rejected_rows(ref('int_shop__checked_customers'), 'customers', 'customer_id', [
        'customer_id', 'email', 'first_name', 'last_name', 'phone', 'city', 'state', 'postal_code', 'registered_at',
    ], timestamps=['registered_at']) }}

),

products as (

    {{ rejected_rows(ref('int_shop__checked_products'), 'products', 'product_id', [
        'product_id', 'sku', 'product_name', 'category_text', 'list_price_text', 'status',
    ]) }}

),

{{ rejected_versions_of(['customers', 'products']) }}

select * from final
