with source as (

    select * from {{ source('clinic', 'encounter_procedures') }}

),

renamed as (

    select
        -- ids
        encounter_procedure_id,
        encounter_id,
        procedure_id,

        -- dates
        procedure_date,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
