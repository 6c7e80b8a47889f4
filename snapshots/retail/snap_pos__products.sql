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
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_products'), ref('stg_pos__products'), 'product_id') }}

{% endsnapshot %}
