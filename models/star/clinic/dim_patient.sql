with versions as (

    {{ versions_of(ref('snap_clinic__patients'), 'patient_id') }}

),

inferred as (

    {{ inferred_members('patient_id', [ref('int_clinic__valid_encounters')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        patient_id,
        mrn,
        first_name,
        last_name,
        gender,
        date_of_birth,
        address,
        city,
        state,
        postal_code,
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
        patient_id,
        cast(null as varchar(20)) as mrn,
        cast(null as varchar(100)) as first_name,
        cast(null as varchar(100)) as last_name,
        cast(null as varchar(20)) as gender,
        cast(null as date) as date_of_birth,
        cast(null as varchar(200)) as address,
        cast(null as varchar(100)) as city,
        cast(null as varchar(20)) as state,
        cast(null as varchar(20)) as postal_code,
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
        {{ surrogate_key(['patient_id', 'version_number']) }} as patient_key,
        {{ surrogate_key(['patient_id']) }} as patient_durable_key,
        patient_id,
        coalesce(mrn, 'Unknown') as mrn,
        coalesce(first_name, 'Unknown') as first_name,
        coalesce(last_name, 'Unknown') as last_name,
        coalesce(gender, 'Unknown') as gender,
        date_of_birth,
        coalesce(address, 'Unknown') as address,
        coalesce(city, 'Unknown') as city,
        coalesce(state, 'Unknown') as state,
        coalesce(postal_code, 'Unknown') as postal_code,
        cast(version_number as integer) as version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        is_inferred
    from all_versions
    union all
    select
        member_key as patient_key,
        member_key as patient_durable_key,
        cast(null as integer) as patient_id,
        label as mrn,
        label as first_name,
        label as last_name,
        label as gender,
        cast(null as date) as date_of_birth,
        label as address,
        label as city,
        label as state,
        label as postal_code,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        false as is_inferred
    from default_members

)

select * from final
