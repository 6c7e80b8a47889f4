with versions as (

    {{ versions_of(ref('snap_clinic__specialties'), 'specialty_id') }}

),

inferred as (

    {{ inferred_members('specialty_id', [ref('snap_clinic__providers')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        specialty_id,
        specialty_name,
        specialty_code,
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
        specialty_id,
        cast(null as varchar(100)) as specialty_name,
        cast(null as varchar(20)) as specialty_code,
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
        {{ surrogate_key(['specialty_id', 'version_number']) }} as specialty_key,
        {{ surrogate_key(['specialty_id']) }} as specialty_durable_key,
        specialty_id,
        coalesce(specialty_name, 'Unknown') as specialty_name,
        coalesce(specialty_code, 'Unknown') as specialty_code,
        cast(version_number as integer) as version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        is_inferred
    from all_versions
    union all
    select
        member_key as specialty_key,
        member_key as specialty_durable_key,
        cast(null as integer) as specialty_id,
        label as specialty_name,
        label as specialty_code,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        false as is_inferred
    from default_members

)

select * from final
