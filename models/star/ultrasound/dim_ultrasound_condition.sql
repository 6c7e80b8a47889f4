with texts as (

    select distinct what as condition_name
    from {{ ref('int_ultrasound__care') }}
    where care_kind = 'Medical history'

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['condition_name']) }} as condition_key,
        condition_name,
        {{ audit_key() }} as audit_key
    from texts
    union all
    select
        member_key as condition_key,
        label as condition_name,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
