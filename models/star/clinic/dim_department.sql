{{
    config(
        materialized='incremental',
        unique_key='department_durable_key',
        post_hook="{{ delete_inferred_members('department_id', [ref('int_clinic__valid_encounters'), ref('snap_clinic__providers')]) }}",
    )
}}
{%- set since = known_until() %}

with versions as (

    {{ versions_of(ref('snap_clinic__departments'), 'department_id') }}

),

referenced as (

    {{ referenced_members(ref('hist_clinic__encounters'), 'department_id', since) }}

),

members as (

    {{ members_of('department_id', ['versions', 'referenced', known_members(ref('snap_clinic__providers'))]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.department_id', 'coalesce(versions.version_number, 1)']) }} as department_key,
        {{ surrogate_key(['members.department_id']) }} as department_durable_key,
        members.department_id,
        coalesce(versions.department_name, 'Unknown') as department_name,
        versions.floor_number,
        versions.bed_capacity,
        {{ version_columns() }}
    from members
    left join versions on members.department_id = versions.department_id
    union all
    select
        member_key as department_key,
        member_key as department_durable_key,
        cast(null as {{ dbt.type_int() }}) as department_id,
        label as department_name,
        cast(null as {{ dbt.type_int() }}) as floor_number,
        cast(null as {{ dbt.type_int() }}) as bed_capacity,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'department_durable_key') }}

select * from final
