{% snapshot snap_pos__customers %}

    {{
        config(
            unique_key='customer_id',
            check_cols=[
                'first_name',
                'last_name',
                'email',
                'phone',
                'city',
                'state',
                'postal_code',
                'tier',
                'registered_on',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_customers'), ref('stg_pos__customers')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_customers')) }}

{% endsnapshot %}
