{% snapshot snap_clinic__providers %}

    {{
        config(
            unique_key='provider_id',
            check_cols=[
                'specialty_id',
                'department_id',
                'first_name',
                'last_name',
                'credential',
            ],
            dbt_valid_to_current=end_of_time(),
            meta={'source': 'clinic'},
        )
    }}

{{ snapshot_rows(ref('int_clinic__valid_providers'), ref('stg_clinic__providers'), 'provider_id') }}

{% endsnapshot %}
