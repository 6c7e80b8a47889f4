{% snapshot snap_ultrasound__patients %}

    {{
        config(
            unique_key='patient_id',
            check_cols=[
                'first_name',
                'last_name',
                'date_of_birth',
                'gender',
                'address',
                'contact_number',
                'email',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_ultrasound__valid_patients'), ref('stg_ultrasound__patients')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'ultrasound'},
        )
    }}

{{ snapshot_rows(ref('int_ultrasound__valid_patients')) }}

{% endsnapshot %}
