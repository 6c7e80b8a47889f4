with source as (

    select * from {{ source('ultrasound', 'Technicians') }}

),

renamed as (

    select
        -- ids
        "TechnicianID" as technician_id,
        "DepartmentID" as department_id,

        -- text
        {{ clean_text('"FirstName"') }} as first_name,
        {{ clean_text('"LastName"') }} as last_name,
        {{ clean_text('"ContactNumber"') }} as contact_number,
        {{ clean_text('"Email"') }} as email

    from source

)

select * from renamed
