with checked as (

    select * from {{ ref('int_clinic__checked_departments') }}

),

valid as (

    select
        department_id,
        department_name,
        floor_number,
        bed_capacity,
        created_at,
        coalesce(updated_at, {{ extracted_at('clinic') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('clinic') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
