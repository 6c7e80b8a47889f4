with source as (

    select * from {{ source('ultrasound', 'Symptoms') }}

),

renamed as (

    select
        -- ids
        "SymptomID" as symptom_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"SymptomDescription"') }} as symptom,

        -- dates
        "OnsetDate" as onset_on

    from source

)

select * from renamed
