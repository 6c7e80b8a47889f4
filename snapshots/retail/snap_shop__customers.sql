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
            meta={'source': 'shop'},
        )
    }}

{{ snapshot_rows(ref('int_shop__valid_customers'), ref('stg_shop__customers'), 'customer_id') }}

{% endsnapshot %}
