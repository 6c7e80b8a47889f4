{{
    config(
        materialized='incremental',
        unique_key='employee_durable_key',
        post_hook="{{ delete_inferred_members('employee_id', [ref('int_pos__valid_sales')]) }}",
    )
}}

with versions as (

    {{ versions_of(ref('snap_pos__employees'), 'employee_id') }}

),

members as (

    {{ members_of('employee_id', ['versions', ref('int_pos__valid_sales')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['members.employee_id', 'coalesce(versions.version_number, 1)']) }} as employee_key,
        {{ surrogate_key(['members.employee_id']) }} as employee_durable_key,
        members.employee_id,
        coalesce(versions.first_name, 'Unknown') as first_name,
        coalesce(versions.last_name, 'Unknown') as last_name,
        coalesce(versions.job_title, 'Unknown') as job_title,
        coalesce(versions.department, 'Unknown') as department,
        versions.salary,
        versions.store_id,
        versions.manager_id,
        versions.hired_on,
        versions.left_on,
        {{ version_columns() }}
    from members
    left join versions on members.employee_id = versions.employee_id
    union all
    select
        member_key as employee_key,
        member_key as employee_durable_key,
        cast(null as {{ dbt.type_int() }}) as employee_id,
        label as first_name,
        label as last_name,
        label as job_title,
        label as department,
        cast(null as decimal(12, 2)) as salary,
        cast(null as {{ dbt.type_int() }}) as store_id,
        cast(null as {{ dbt.type_int() }}) as manager_id,
        cast(null as date) as hired_on,
        cast(null as date) as left_on,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'employee_durable_key') }}

select * from final
