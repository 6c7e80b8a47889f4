with texts as (

    select distinct what as symptom
    from {{ ref('int_ultrasound__care') }}
    where care_kind = 'Symptom'

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['symptom']) }} as symptom_key,
        symptom,
        {{ audit_key() }} as audit_key
    from texts
    union all
    select
        member_key as symptom_key,
        label as symptom,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
