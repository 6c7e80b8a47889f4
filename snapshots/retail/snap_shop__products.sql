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
            pre_hook="{{ find_due_members(ref('int_shop__valid_products'), ref('stg_shop__products')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'shop'},
        )
    }}

{{ snapshot_rows(ref('int_shop__valid_products')) }}

{% endsnapshot %}
