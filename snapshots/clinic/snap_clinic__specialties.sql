{% snapshot snap_clinic__specialties %}

    {{
        config(
            unique_key='specialty_id',
            check_cols=[
                'specialty_name',
                'specialty_code',
            ],
            dbt_valid_to_current=end_of_time(),
            meta={'source': 'clinic'},
        )
    }}

{{ snapshot_rows(ref('int_clinic__valid_specialties'), ref('stg_clinic__specialties'), 'specialty_id') }}

{% endsnapshot %}
