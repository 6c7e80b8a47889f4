with source as (

    select * from {{ source('ultrasound', 'Treatments') }}

),

renamed as (

    select
        -- ids
        "TreatmentID" as treatment_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"TreatmentName"') }} as treatment_name,

        -- dates
        "StartDate" as started_on,
        "EndDate" as ended_on

    from source

)

select * from renamed
