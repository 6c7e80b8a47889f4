{{
    config(
        pre_hook="{{ find_due_patients() }}",
        post_hook=["{{ keep_blocks(ref('stg_clinic__patients')) }}", "{{ drop_due_table('changed') }}"],
    )
}}
{%- set columns = [
    'patient_id', 'mrn', 'first_name', 'last_name', 'gender_code', 'date_of_birth', 'address', 'city', 'state', 'postal_code',
    'created_at', 'updated_at',
] %}
{%- set only_due = known_until() is not none %}

with patients as (

    select
        {{ row_key('patient_id') }} as row_key,
        patients.*
    from (
        {{ rows_of_source(
            ref('stg_clinic__patients'), 'patient_id', is_due(row_key('patient_id'), key='row_key') if only_due
        ) }}
    ) as patients

),

genders as (

    select * from {{ ref('ref_genders') }}

),

{{ checked_patients() }},

{{ versions_to_write(columns, due=[is_due('row_key')] if only_due) }}

select * from final
