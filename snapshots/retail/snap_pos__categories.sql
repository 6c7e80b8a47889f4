{% snapshot snap_pos__categories %}

    {{
        config(
            unique_key='category_id',
            check_cols=[
                'category_name',
            ],
            dbt_valid_to_current=end_of_time(),
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_categories'), ref('stg_pos__categories'), 'category_id') }}

{% endsnapshot %}
