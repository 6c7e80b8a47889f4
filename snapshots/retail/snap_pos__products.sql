{% snapshot snap_pos__products %}

    {{
        config(
            unique_key='product_id',
            check_cols=[
                'sku',
                'product_name',
                'subcategory_id',
                'brand_id',
                'supplier_id',
                'unit_cost',
                'retail_price',
                'status',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_products'), ref('stg_pos__products')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_products')) }}

{% endsnapshot %}
