with technicians as (

    select * from {{ ref('int_ultrasound__checked_technicians') }}
    where broken_rule is null

),

radiologists as (

    select * from {{ ref('int_ultrasound__checked_radiologists') }}
    where broken_rule is null

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

staff as (

    {%- for role, table in [('Technician', 'technicians'), ('Radiologist', 'radiologists')] %}
    select
        cast('{{ role }}' as {{ dbt.type_string() }}) as staff_role,
        {{ role | lower }}_id as staff_id,
        first_name,
        last_name,
        contact_number,
        email,
        department_id
    from {{ table }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

final as (

    select
        {{ surrogate_key(['staff.staff_role', 'staff.staff_id']) }} as staff_key,
        staff.staff_role,
        staff.staff_id,
        coalesce(staff.first_name, 'Unknown') as first_name,
        coalesce(staff.last_name, 'Unknown') as last_name,
        coalesce({{ full_name('staff') }}, 'Unknown') as full_name,
        coalesce(staff.contact_number, 'Unknown') as contact_number,
        coalesce(staff.email, 'Unknown') as email,
        staff.department_id,
        case
            when staff.department_id is null then -1
            else {{ surrogate_key(['staff.department_id']) }}
        end as department_key,
        {{ audit_key() }} as audit_key
    from staff
    union all
    select
        member_key as staff_key,
        label as staff_role,
        cast(null as {{ dbt.type_int() }}) as staff_id,
        label as first_name,
        label as last_name,
        label as full_name,
        label as contact_number,
        label as email,
        cast(null as {{ dbt.type_int() }}) as department_id,
        member_key as department_key,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
