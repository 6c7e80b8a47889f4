{{
    config(
        materialized='incremental',
        unique_key='supplier_durable_key',
        post_hook="{{ delete_inferred_members('supplier_id', [ref('int_retail__product_records')]) }}",
    )
}}

with versions as (

    {{ versions_of(ref('snap_pos__suppliers'), 'supplier_id') }}

),

members as (

    {{ members_of('supplier_id', ['versions', ref('int_retail__product_records')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.supplier_id', 'coalesce(versions.version_number, 1)']) }} as supplier_key,
        {{ surrogate_key(['members.supplier_id']) }} as supplier_durable_key,
        members.supplier_id,
        coalesce(versions.supplier_name, 'Unknown') as supplier_name,
        coalesce(versions.city, 'Unknown') as city,
        coalesce(versions.country, 'Unknown') as country,
        versions.contract_start,
        versions.contract_end,
        versions.lead_time_days,
        {{ version_columns() }}
    from members
    left join versions on members.supplier_id = versions.supplier_id
    union all
    select
        member_key as supplier_key,
        member_key as supplier_durable_key,
        cast(null as {{ dbt.type_int() }}) as supplier_id,
        label as supplier_name,
        label as city,
        label as country,
        cast(null as date) as contract_start,
        cast(null as date) as contract_end,
        cast(null as {{ dbt.type_int() }}) as lead_time_days,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'supplier_durable_key') }}

select * from final
