with departments as (

    select * from {{ ref('int_ultrasound__checked_departments') }}
    where broken_rule is null

),

technicians as (

    select * from {{ ref('int_ultrasound__checked_technicians') }}
    where broken_rule is null

),

radiologists as (

    select * from {{ ref('int_ultrasound__checked_radiologists') }}
    where broken_rule is null

),

doctors as (

    select * from {{ ref('dim_ultrasound_doctor') }}

),

machines as (

    select * from {{ ref('dim_ultrasound_machine') }}

),

members as (

    {{ members_of('department_id', ['departments', 'technicians', 'radiologists', 'doctors', 'machines']) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['members.department_id']) }} as department_key,
        members.department_id,
        coalesce(departments.department_name, 'Unknown') as department_name,
        departments.department_id is null as is_inferred,
        {{ audit_key() }} as audit_key
    from members
    left join departments on members.department_id = departments.department_id
    union all
    select
        member_key as department_key,
        cast(null as {{ dbt.type_int() }}) as department_id,
        label as department_name,
        false as is_inferred,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
