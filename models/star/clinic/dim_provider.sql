with versions as (

    {{ versions_of(ref('snap_clinic__providers'), 'provider_id') }}

),

members as (

    {{ members_of('provider_id', ['versions', ref('int_clinic__valid_encounters')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

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

)

select * from final
