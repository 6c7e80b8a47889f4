{% snapshot snap_ultrasound__doctors %}

    {{
        config(
            unique_key='doctor_id',
            check_cols=[
                'first_name',
                'last_name',
                'specialization',
                'contact_number',
                'email',
                'department_id',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_ultrasound__valid_doctors'), ref('stg_ultrasound__doctors')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'ultrasound'},
        )
    }}

{{ snapshot_rows(ref('int_ultrasound__valid_doctors')) }}

{% endsnapshot %}
