{{
    config(
        materialized='incremental',
        unique_key='specialty_durable_key',
        post_hook="{{ delete_inferred_members('specialty_id', [ref('snap_clinic__providers')]) }}",
    )
}}

with versions as (

    {{ versions_of(ref('snap_clinic__specialties'), 'specialty_id') }}

),

members as (

    {{ members_of('specialty_id', ['versions', known_members(ref('snap_clinic__providers'))]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.specialty_id', 'coalesce(versions.version_number, 1)']) }} as specialty_key,
        {{ surrogate_key(['members.specialty_id']) }} as specialty_durable_key,
        members.specialty_id,
        coalesce(versions.specialty_name, 'Unknown') as specialty_name,
        coalesce(versions.specialty_code, 'Unknown') as specialty_code,
        {{ version_columns() }}
    from members
    left join versions on members.specialty_id = versions.specialty_id
    union all
    select
        member_key as specialty_key,
        member_key as specialty_durable_key,
        cast(null as {{ dbt.type_int() }}) as specialty_id,
        label as specialty_name,
        label as specialty_code,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'specialty_durable_key') }}

select * from final
