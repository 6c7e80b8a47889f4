with source as (

    select * from {{ source('ultrasound', 'Ultrasound_Results') }}

),

renamed as (

    select
        -- ids
        "ResultID" as result_id,
        "PatientID" as patient_id,
        "AppointmentID" as appointment_id,

        -- text
        {{ clean_text('"Image"') }} as image_file,
        {{ clean_text('"Report"') }} as finding

    from source

)

select * from renamed
