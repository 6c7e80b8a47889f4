with source as (

    select * from {{ source('clinic', 'encounter_diagnoses') }}

),

renamed as (

    select
        -- ids
        encounter_diagnosis_id,
        encounter_id,
        diagnosis_id,

        -- numbers
        diagnosis_sequence,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
