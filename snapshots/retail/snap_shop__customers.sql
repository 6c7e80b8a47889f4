{% snapshot snap_shop__customers %}

    {{
        config(
            unique_key='customer_id',
            check_cols=[
                'email',
                'first_name',
                'last_name',
                'phone',
                'city',
                'state',
                'postal_code',
                'registered_at',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_shop__valid_customers'), ref('stg_shop__customers')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'shop'},
        )
    }}

{{ snapshot_rows(ref('int_shop__valid_customers')) }}

{% endsnapshot %}
