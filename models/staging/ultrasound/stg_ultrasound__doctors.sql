with source as (

    select * from {{ source('ultrasound', 'Doctors') }}

),

renamed as (

    select
        -- ids
        "DoctorID" as doctor_id,
        "DepartmentID" as department_id,

        -- text
        {{ clean_text('"FirstName"') }} as first_name,
        {{ clean_text('"LastName"') }} as last_name,
        {{ clean_text('"Specialization"') }} as specialization,
        {{ clean_text('"ContactNumber"') }} as contact_number,
        {{ clean_text('"Email"') }} as email

    from source

)

select * from renamed
