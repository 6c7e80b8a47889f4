with checked as (

    select * from {{ ref('int_ultrasound__checked_patients') }}

),

valid as (

    select
        patient_id,
        first_name,
        last_name,
        date_of_birth,
        gender,
        address,
        contact_number,
        email,
        -- the source does not say when it changed a row: the extract that shows it does
        {{ extracted_at('ultrasound') }} as updated_at,
        {{ extracted_at('ultrasound') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
