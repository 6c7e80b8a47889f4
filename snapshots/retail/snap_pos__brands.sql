{% snapshot snap_pos__brands %}

    {{
        config(
            unique_key='brand_id',
            check_cols=[
                'brand_name',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_brands'), ref('stg_pos__brands')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_brands')) }}

{% endsnapshot %}
