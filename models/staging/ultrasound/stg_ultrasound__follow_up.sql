with source as (

    select * from {{ source('ultrasound', 'Follow_Up') }}

),

renamed as (

    select
        -- ids
        "FollowUpID" as follow_up_id,
        "PatientID" as patient_id,
        "AppointmentID" as appointment_id,

        -- text
        {{ clean_text('"Notes"') }} as notes,

        -- dates
        "FollowUpDate" as follow_up_date

    from source

)

select * from renamed
