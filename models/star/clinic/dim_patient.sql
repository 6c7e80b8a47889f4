{{
    config(
        materialized='incremental',
        unique_key='patient_durable_key',
        pre_hook="{{ find_due(patients_due_in_dimension()) }}",
        post_hook=[
            "{{ delete_inferred_members('patient_id', [ref('int_clinic__valid_encounters')]) }}",
            "{{ drop_due_table() }}",
        ],
    )
}}
{%- set only_due = known_until() is not none %}

with versions as (

    {{ versions_of(ref('snap_clinic__patients'), 'patient_id', due=is_due('patient_id') if only_due) }}

),

referenced as (

    select patient_id from {{ due_table() if only_due else ref('int_clinic__valid_encounters') }}

),

members as (

    {{ members_of('patient_id', ['versions', 'referenced']) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.patient_id', 'coalesce(versions.version_number, 1)']) }} as patient_key,
        {{ surrogate_key(['members.patient_id']) }} as patient_durable_key,
        members.patient_id,
        coalesce(versions.mrn, 'Unknown') as mrn,
        coalesce(versions.first_name, 'Unknown') as first_name,
        coalesce(versions.last_name, 'Unknown') as last_name,
        coalesce(versions.gender, 'Unknown') as gender,
        versions.date_of_birth,
        coalesce(versions.address, 'Unknown') as address,
        coalesce(versions.city, 'Unknown') as city,
        coalesce(versions.state, 'Unknown') as state,
        coalesce(versions.postal_code, 'Unknown') as postal_code,
        {{ version_columns() }}
    from members
    left join versions on members.patient_id = versions.patient_id
    union all
    select
        member_key as patient_key,
        member_key as patient_durable_key,
        cast(null as {{ dbt.type_int() }}) as patient_id,
        label as mrn,
        label as first_name,
        label as last_name,
        label as gender,
        cast(null as date) as date_of_birth,
        label as address,
        label as city,
        label as state,
        label as postal_code,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write(
    'all_versions', 'patient_durable_key',
    due='(patient_id is null or ' ~ is_due('patient_id') ~ ')' if only_due
) }}

select * from final
