with source as (

    select * from {{ source('ultrasound', 'Lab_Tests') }}

),

renamed as (

    select
        -- ids
        "LabTestID" as lab_test_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"TestName"') }} as test_name,
        {{ clean_text('"Results"') }} as test_result,

        -- dates
        "TestDate" as tested_on

    from source

)

select * from renamed
