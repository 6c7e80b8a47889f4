{{
    config(
        materialized='incremental',
        unique_key='doctor_durable_key',
        post_hook="{{ delete_inferred_members('doctor_id', [ref('int_ultrasound__referenced_members')]) }}",
    )
}}

with versions as (

    {{ versions_of(ref('snap_ultrasound__doctors'), 'doctor_id') }}

),

members as (

    {{ members_of('doctor_id', ['versions', ref('int_ultrasound__referenced_members')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.doctor_id', 'coalesce(versions.version_number, 1)']) }} as doctor_key,
        {{ surrogate_key(['members.doctor_id']) }} as doctor_durable_key,
        members.doctor_id,
        coalesce(versions.first_name, 'Unknown') as first_name,
        coalesce(versions.last_name, 'Unknown') as last_name,
        coalesce({{ full_name('versions') }}, 'Unknown') as full_name,
        coalesce(versions.specialization, 'Unknown') as specialization,
        coalesce(versions.contact_number, 'Unknown') as contact_number,
        coalesce(versions.email, 'Unknown') as email,
        versions.department_id,
        case
            when versions.department_id is null then -1
            else {{ surrogate_key(['versions.department_id']) }}
        end as department_key,
        {{ version_columns() }}
    from members
    left join versions on members.doctor_id = versions.doctor_id
    union all
    select
        member_key as doctor_key,
        member_key as doctor_durable_key,
        cast(null as {{ dbt.type_int() }}) as doctor_id,
        label as first_name,
        label as last_name,
        label as full_name,
        label as specialization,
        label as contact_number,
        label as email,
        cast(null as {{ dbt.type_int() }}) as department_id,
        member_key as department_key,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'doctor_durable_key') }}

select * from final
