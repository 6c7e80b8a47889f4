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
            pre_hook="{{ find_due_members(ref('int_clinic__valid_providers'), ref('stg_clinic__providers')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'clinic'},
        )
    }}

{{ snapshot_rows(ref('int_clinic__valid_providers')) }}

{% endsnapshot %}
