with versions as (

    {{ versions_of(ref('snap_clinic__providers'), 'provider_id') }}

),

inferred as (

    {{ inferred_members('provider_id', [ref('int_clinic__valid_encounters')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        provider_id,
        first_name,
        last_name,
        credential,
        specialty_id,
        department_id,
        version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        false as is_inferred
    from versions
    union all
    -- the first version of a member that is not there yet: the same key as when its record comes
    select
        provider_id,
        cast(null as varchar(100)) as first_name,
        cast(null as varchar(100)) as last_name,
        cast(null as varchar(20)) as credential,
        cast(null as integer) as specialty_id,
        cast(null as integer) as department_id,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        true as is_inferred
    from inferred

),

final as (

    select
        {{ surrogate_key(['provider_id', 'version_number']) }} as provider_key,
        {{ surrogate_key(['provider_id']) }} as provider_durable_key,
        provider_id,
        coalesce(first_name, 'Unknown') as first_name,
        coalesce(last_name, 'Unknown') as last_name,
        coalesce(credential, 'Unknown') as credential,
        specialty_id,
        department_id,
        cast(version_number as integer) as version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        is_inferred
    from all_versions
    union all
    select
        member_key as provider_key,
        member_key as provider_durable_key,
        cast(null as integer) as provider_id,
        label as first_name,
        label as last_name,
        label as credential,
        cast(null as integer) as specialty_id,
        cast(null as integer) as department_id,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        false as is_inferred
    from default_members

)

select * from final
