{{
    config(
        materialized='incremental',
        unique_key='machine_durable_key',
    )
}}

with versions as (

    {{ versions_of(ref('snap_ultrasound__machines'), 'machine_id') }}

),

members as (

    {{ members_of('machine_id', ['versions']) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.machine_id', 'coalesce(versions.version_number, 1)']) }} as machine_key,
        {{ surrogate_key(['members.machine_id']) }} as machine_durable_key,
        members.machine_id,
        coalesce(versions.machine_name, 'Unknown') as machine_name,
        coalesce(versions.status, 'Unknown') as status,
        versions.department_id,
        case
            when versions.department_id is null then -1
            else {{ surrogate_key(['versions.department_id']) }}
        end as department_key,
        {{ version_columns() }}
    from members
    left join versions on members.machine_id = versions.machine_id
    union all
    select
        member_key as machine_key,
        member_key as machine_durable_key,
        cast(null as {{ dbt.type_int() }}) as machine_id,
        label as machine_name,
        label as status,
        cast(null as {{ dbt.type_int() }}) as department_id,
        member_key as department_key,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'machine_durable_key') }}

select * from final
