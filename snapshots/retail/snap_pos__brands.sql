{% snapshot snap_pos__brands %}

    {{
        config(
            unique_key='brand_id',
            check_cols=[
                'brand_name',
            ],
            dbt_valid_to_current=end_of_time(),
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_brands'), ref('stg_pos__brands'), 'brand_id') }}

{% endsnapshot %}
