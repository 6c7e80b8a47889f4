{% snapshot snap_shop__products %}

    {{
        config(
            unique_key='product_id',
            check_cols=[
                'sku',
                'product_name',
                'category_text',
                'list_price',
                'status',
            ],
            dbt_valid_to_current=end_of_time(),
            meta={'source': 'shop'},
        )
    }}

{{ snapshot_rows(ref('int_shop__valid_products'), ref('stg_shop__products'), 'product_id') }}

{% endsnapshot %}
