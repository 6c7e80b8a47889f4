with source as (

    select * from {{ source('ultrasound', 'Clinics') }}

),

renamed as (

    select
        -- ids
        "ClinicID" as clinic_id,

        -- text
        {{ clean_text('"ClinicName"') }} as clinic_name,
        {{ clean_text('"Address"') }} as address,
        {{ clean_text('"ContactNumber"') }} as contact_number,
        {{ clean_text('"Email"') }} as email

    from source

)

select * from renamed
