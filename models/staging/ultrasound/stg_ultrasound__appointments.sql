with source as (

    select * from {{ source('ultrasound', 'Appointments') }}

),

renamed as (

    select
        -- ids
        "AppointmentID" as appointment_id,
        "PatientID" as patient_id,
        "DoctorID" as doctor_id,

        -- text
        {{ clean_text('"Reason"') }} as reason,

        -- timestamps
        {{ dbt.cast('"AppointmentDate"', dbt.type_timestamp()) }} as appointment_at

    from source

)

select * from renamed
