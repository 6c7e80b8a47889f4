with source as (

    select * from {{ source('ultrasound', 'Insurance') }}

),

renamed as (

    select
        -- ids
        "InsuranceID" as insurance_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"Provider"') }} as insurer,
        {{ clean_text('"PolicyNumber"') }} as policy_number,

        -- numbers
        "CoverageAmount" as coverage_amount,

        -- dates
        "ExpiryDate" as expires_on

    from source

)

select * from renamed
