{% snapshot snap_clinic__specialties %}

    {{
        config(
            unique_key='specialty_id',
            check_cols=[
                'specialty_name',
                'specialty_code',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_clinic__valid_specialties'), ref('stg_clinic__specialties')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'clinic'},
        )
    }}

{{ snapshot_rows(ref('int_clinic__valid_specialties')) }}

{% endsnapshot %}
