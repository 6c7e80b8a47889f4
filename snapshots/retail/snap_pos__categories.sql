{% snapshot snap_pos__categories %}

    {{
        config(
            unique_key='category_id',
            check_cols=[
                'category_name',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_categories'), ref('stg_pos__categories')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_categories')) }}

{% endsnapshot %}
