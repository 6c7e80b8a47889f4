with checked as (

    select * from {{ ref('int_pos__checked_employees') }}

),

valid as (

    select
        employee_id,
        first_name,
        last_name,
        job_title,
        department,
        salary,
        store_id,
        manager_id,
        hired_on,
        left_on,
        created_at,
        coalesce(updated_at, {{ extracted_at('pos') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('pos') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
