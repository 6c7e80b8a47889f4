with texts as (

    select distinct finding
    from {{ ref('int_ultrasound__exams') }}
    where finding is not null

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['finding']) }} as finding_key,
        finding,
        {{ audit_key() }} as audit_key
    from texts
    union all
    select
        member_key as finding_key,
        label as finding,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
