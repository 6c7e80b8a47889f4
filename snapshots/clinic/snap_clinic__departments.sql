{% snapshot snap_clinic__departments %}

    {{
        config(
            unique_key='department_id',
            check_cols=[
                'department_name',
                'floor_number',
                'bed_capacity',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_clinic__valid_departments'), ref('stg_clinic__departments')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'clinic'},
        )
    }}

{{ snapshot_rows(ref('int_clinic__valid_departments')) }}

{% endsnapshot %}
