{% snapshot snap_clinic__patients %}

    {{
        config(
            unique_key='patient_id',
            check_cols=[
                'mrn',
                'first_name',
                'last_name',
                'gender_code',
                'date_of_birth',
                'address',
                'city',
                'state',
                'postal_code',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_clinic__valid_patients'), ref('stg_clinic__patients'), history=ref('hist_clinic__patients'), known=ref('int_clinic__known_patients')) }}",
            post_hook=["{{ note_as_taken_in(ref('hist_clinic__patients')) }}", "{{ drop_due_table('known') }}"],
            meta={'source': 'clinic'},
        )
    }}

{{ snapshot_rows(ref('int_clinic__valid_patients')) }}

{% endsnapshot %}
