with encounter_types as (

    select * from {{ ref('ref_encounter_types') }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        encounter_type_key,
        encounter_type,
        is_inpatient = 1 as is_inpatient,
        description,
        {{ audit_key() }} as audit_key
    from encounter_types
    union all
    select
        {{ dbt.cast('member_key', 'smallint') }} as encounter_type_key,
        label as encounter_type,
        false as is_inpatient,
        label as description,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
