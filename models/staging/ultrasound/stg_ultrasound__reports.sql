with source as (

    select * from {{ source('ultrasound', 'Reports') }}

),

renamed as (

    select
        -- ids
        "ReportID" as report_id,
        "PatientID" as patient_id,
        "AppointmentID" as appointment_id,

        -- text
        {{ clean_text('"ReportText"') }} as report_text,

        -- dates
        "ReportDate" as report_date

    from source

)

select * from renamed
