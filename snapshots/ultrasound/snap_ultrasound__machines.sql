{% snapshot snap_ultrasound__machines %}

    {{
        config(
            unique_key='machine_id',
            check_cols=[
                'machine_name',
                'department_id',
                'status',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_ultrasound__valid_machines'), ref('stg_ultrasound__machines')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'ultrasound'},
        )
    }}

{{ snapshot_rows(ref('int_ultrasound__valid_machines')) }}

{% endsnapshot %}
