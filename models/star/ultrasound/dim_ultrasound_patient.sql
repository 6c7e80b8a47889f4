{{
    config(
        materialized='incremental',
        unique_key='patient_durable_key',
        post_hook="{{ delete_inferred_members('patient_id', [ref('int_ultrasound__referenced_members')]) }}",
    )
}}

with versions as (

    {{ versions_of(ref('snap_ultrasound__patients'), 'patient_id') }}

),

members as (

    {{ members_of('patient_id', ['versions', ref('int_ultrasound__referenced_members')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.patient_id', 'coalesce(versions.version_number, 1)']) }} as patient_key,
        {{ surrogate_key(['members.patient_id']) }} as patient_durable_key,
        members.patient_id,
        coalesce(versions.first_name, 'Unknown') as first_name,
        coalesce(versions.last_name, 'Unknown') as last_name,
        coalesce({{ full_name('versions') }}, 'Unknown') as full_name,
        coalesce(versions.gender, 'Unknown') as gender,
        versions.date_of_birth,
        coalesce(versions.address, 'Unknown') as address,
        coalesce(versions.contact_number, 'Unknown') as contact_number,
        coalesce(versions.email, 'Unknown') as email,
        {{ version_columns() }}
    from members
    left join versions on members.patient_id = versions.patient_id
    union all
    select
        member_key as patient_key,
        member_key as patient_durable_key,
        cast(null as {{ dbt.type_int() }}) as patient_id,
        label as first_name,
        label as last_name,
        label as full_name,
        label as gender,
        cast(null as date) as date_of_birth,
        label as address,
        label as contact_number,
        label as email,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'patient_durable_key') }}

select * from final
