with checked as (

    select * from {{ ref('int_ultrasound__checked_doctors') }}

),

valid as (

    select
        doctor_id,
        first_name,
        last_name,
        specialization,
        contact_number,
        email,
        department_id,
        -- the source does not say when it changed a row: the extract that shows it does
        {{ extracted_at('ultrasound') }} as updated_at,
        {{ extracted_at('ultrasound') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
