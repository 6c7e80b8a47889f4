{% snapshot snap_pos__suppliers %}

    {{
        config(
            unique_key='supplier_id',
            check_cols=[
                'supplier_name',
                'city',
                'country',
                'contract_start',
                'contract_end',
                'lead_time_days',
            ],
            dbt_valid_to_current=end_of_time(),
            pre_hook="{{ find_due_members(ref('int_pos__valid_suppliers'), ref('stg_pos__suppliers')) }}",
            post_hook="{{ drop_due_table('known') }}",
            meta={'source': 'pos'},
        )
    }}

{{ snapshot_rows(ref('int_pos__valid_suppliers')) }}

{% endsnapshot %}
