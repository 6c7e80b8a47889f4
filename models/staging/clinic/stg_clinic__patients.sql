with source as (

    select * from {{ source('clinic', 'patients') }}

),

renamed as (

    select
        -- ids
        patient_id,
        {{ clean_text('mrn') }} as mrn,

        -- text
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('gender') }} as gender_code,
        {{ clean_text('address') }} as address,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('postal_code') }} as postal_code,

        -- dates
        date_of_birth,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
