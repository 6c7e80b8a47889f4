with source as (

    select * from {{ source('clinic', 'encounters') }}

),

renamed as (

    select
        -- ids
        encounter_id,
        patient_id,
        provider_id,
        department_id,

        -- text
        {{ clean_text('encounter_type') }} as encounter_type,

        -- timestamps
        encounter_date as started_at,
        discharge_date as discharged_at,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
