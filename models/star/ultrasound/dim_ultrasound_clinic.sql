with clinics as (

    select * from {{ ref('int_ultrasound__checked_clinics') }}
    where broken_rule is null

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['clinic_id']) }} as clinic_key,
        clinic_id,
        coalesce(clinic_name, 'Unknown') as clinic_name,
        coalesce(address, 'Unknown') as address,
        coalesce(contact_number, 'Unknown') as contact_number,
        coalesce(email, 'Unknown') as email,
        {{ audit_key() }} as audit_key
    from clinics
    union all
    select
        member_key as clinic_key,
        cast(null as {{ dbt.type_int() }}) as clinic_id,
        label as clinic_name,
        label as address,
        label as contact_number,
        label as email,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
