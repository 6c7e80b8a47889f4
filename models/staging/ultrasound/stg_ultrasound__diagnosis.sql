with source as (

    select * from {{ source('ultrasound', 'Diagnosis') }}

),

renamed as (

    select
        -- ids
        "DiagnosisID" as diagnosis_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"Condition"') }} as condition_name,

        -- dates
        "DiagnosisDate" as diagnosed_on

    from source

)

select * from renamed
