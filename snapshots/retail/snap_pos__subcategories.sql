{% snapshot snap_pos__subcategories %}

    {{
        config(
            unique_key='subcategory_id',
            check_cols=[
                'category_id',
                'subcategory_name',
            ],
            dbt_valid_to_current=end_of_time(),
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_subcategories'), ref('stg_pos__subcategories'), 'subcategory_id') }}

{% endsnapshot %}
