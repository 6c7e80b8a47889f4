with texts as (

    select distinct reason
    from {{ ref('int_ultrasound__exams') }}
    where reason is not null

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['reason']) }} as visit_reason_key,
        reason,
        {{ audit_key() }} as audit_key
    from texts
    union all
    select
        member_key as visit_reason_key,
        label as reason,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
