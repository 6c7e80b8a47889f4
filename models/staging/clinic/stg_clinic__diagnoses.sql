with source as (

    select * from {{ source('clinic', 'diagnoses') }}

),

renamed as (

    select
        -- ids
        diagnosis_id,

        -- text
        {{ clean_text('icd10_code') }} as icd10_code,
        {{ clean_text('icd10_description') }} as icd10_description,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
