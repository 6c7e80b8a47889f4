{% snapshot snap_pos__stores %}

    {{
        config(
            unique_key='store_id',
            check_cols=[
                'store_name',
                'store_type',
                'city',
                'state',
                'region',
                'opened_on',
                'closed_on',
                'manager_id',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_stores'), ref('stg_pos__stores')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_stores')) }}

{% endsnapshot %}
