with policies as (

    select * from {{ ref('int_ultrasound__checked_insurance') }}
    where broken_rule is null

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['insurance_id']) }} as insurance_key,
        insurance_id,
        patient_id,
        coalesce(insurer, 'Unknown') as insurer,
        coalesce(policy_number, 'Unknown') as policy_number,
        coverage_amount,
        expires_on,
        {{ audit_key() }} as audit_key
    from policies
    union all
    select
        member_key as insurance_key,
        cast(null as {{ dbt.type_int() }}) as insurance_id,
        cast(null as {{ dbt.type_int() }}) as patient_id,
        label as insurer,
        label as policy_number,
        cast(null as decimal(10, 2)) as coverage_amount,
        cast(null as date) as expires_on,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
