with source as (

    select * from {{ source('ultrasound', 'Patients') }}

),

renamed as (

    select
        -- ids
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"FirstName"') }} as first_name,
        {{ clean_text('"LastName"') }} as last_name,
        {{ clean_text('"Gender"') }} as gender,
        {{ clean_text('"Address"') }} as address,
        {{ clean_text('"ContactNumber"') }} as contact_number,
        {{ clean_text('"Email"') }} as email,

        -- dates
        "DateOfBirth" as date_of_birth

    from source

)

select * from renamed
