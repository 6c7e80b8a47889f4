with checked as (

    select * from {{ ref('int_clinic__checked_providers') }}

),

valid as (

    select
        provider_id,
        specialty_id,
        department_id,
        first_name,
        last_name,
        credential,
        created_at,
        coalesce(updated_at, {{ extracted_at('clinic') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('clinic') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
