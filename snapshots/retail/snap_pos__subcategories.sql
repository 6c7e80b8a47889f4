{% snapshot snap_pos__subcategories %}

    {{
        config(
            unique_key='subcategory_id',
            check_cols=[
                'category_id',
                'subcategory_name',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_subcategories'), ref('stg_pos__subcategories')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_subcategories')) }}

{% endsnapshot %}
