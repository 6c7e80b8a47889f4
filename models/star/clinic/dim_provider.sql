{{
    config(
        materialized='incremental',
        unique_key='provider_durable_key',
        post_hook="{{ delete_inferred_members('provider_id', [ref('int_clinic__valid_encounters')]) }}",
    )
}}
{%- set since = known_until() %}

with versions as (

    {{ versions_of(ref('snap_clinic__providers'), 'provider_id') }}

),

referenced as (

    {{ referenced_members(ref('hist_clinic__encounters'), 'provider_id', since) }}

),

members as (

    {{ members_of('provider_id', ['versions', 'referenced']) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.provider_id', 'coalesce(versions.version_number, 1)']) }} as provider_key,
        {{ surrogate_key(['members.provider_id']) }} as provider_durable_key,
        members.provider_id,
        coalesce(versions.first_name, 'Unknown') as first_name,
        coalesce(versions.last_name, 'Unknown') as last_name,
        coalesce(versions.credential, 'Unknown') as credential,
        versions.specialty_id,
        versions.department_id,
        {{ version_columns() }}
    from members
    left join versions on members.provider_id = versions.provider_id
    union all
    select
        member_key as provider_key,
        member_key as provider_durable_key,
        cast(null as {{ dbt.type_int() }}) as provider_id,
        label as first_name,
        label as last_name,
        label as credential,
        cast(null as {{ dbt.type_int() }}) as specialty_id,
        cast(null as {{ dbt.type_int() }}) as department_id,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'provider_durable_key') }}

select * from final
