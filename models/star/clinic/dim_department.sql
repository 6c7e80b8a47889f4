with versions as (

    {{ versions_of(ref('snap_clinic__departments'), 'department_id') }}

),

inferred as (

    {{ inferred_members('department_id', [ref('int_clinic__valid_encounters'), ref('snap_clinic__providers')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        department_id,
        department_name,
        floor_number,
        bed_capacity,
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
        department_id,
        cast(null as varchar(100)) as department_name,
        cast(null as integer) as floor_number,
        cast(null as integer) as bed_capacity,
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
        {{ surrogate_key(['department_id', 'version_number']) }} as department_key,
        {{ surrogate_key(['department_id']) }} as department_durable_key,
        department_id,
        coalesce(department_name, 'Unknown') as department_name,
        floor_number,
        bed_capacity,
        cast(version_number as integer) as version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        is_inferred
    from all_versions
    union all
    select
        member_key as department_key,
        member_key as department_durable_key,
        cast(null as integer) as department_id,
        label as department_name,
        cast(null as integer) as floor_number,
        cast(null as integer) as bed_capacity,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        false as is_inferred
    from default_members

)

select * from final
