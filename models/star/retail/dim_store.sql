{{
    config(
        materialized='incremental',
        unique_key='store_durable_key',
        post_hook="{{ delete_inferred_members('store_id', [ref('int_pos__valid_sales'), ref('int_pos__valid_inventory')]) }}",
    )
}}

with versions as (

    {{ versions_of(ref('snap_pos__stores'), 'store_id') }}

),

members as (

    {{ members_of('store_id', ['versions', ref('int_pos__valid_sales'), ref('int_pos__valid_inventory')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.store_id', 'coalesce(versions.version_number, 1)']) }} as store_key,
        {{ surrogate_key(['members.store_id']) }} as store_durable_key,
        members.store_id,
        coalesce(versions.store_name, 'Unknown') as store_name,
        coalesce(versions.store_type, 'Unknown') as store_type,
        coalesce(versions.city, 'Unknown') as city,
        coalesce(versions.state, 'Unknown') as state,
        coalesce(versions.region, 'Unknown') as region,
        versions.opened_on,
        versions.closed_on,
        versions.manager_id,
        {{ version_columns() }}
    from members
    left join versions on members.store_id = versions.store_id
    union all
    select
        member_key as store_key,
        member_key as store_durable_key,
        cast(null as {{ dbt.type_int() }}) as store_id,
        label as store_name,
        label as store_type,
        label as city,
        label as state,
        label as region,
        cast(null as date) as opened_on,
        cast(null as date) as closed_on,
        cast(null as {{ dbt.type_int() }}) as manager_id,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'store_durable_key') }}

select * from final
