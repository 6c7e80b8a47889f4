with source as (

    select * from {{ source('ultrasound', 'Medications') }}

),

renamed as (

    select
        -- ids
        "MedicationID" as medication_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"MedicationName"') }} as medication_name,
        {{ clean_text('"Dosage"') }} as dosage,

        -- dates
        "StartDate" as started_on,
        "EndDate" as ended_on

    from source

)

select * from renamed
