{% snapshot snap_pos__employees %}

    {{
        config(
            unique_key='employee_id',
            check_cols=[
                'first_name',
                'last_name',
                'job_title',
                'department',
                'salary',
                'store_id',
                'manager_id',
                'hired_on',
                'left_on',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_employees'), ref('stg_pos__employees')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_employees')) }}

{% endsnapshot %}
