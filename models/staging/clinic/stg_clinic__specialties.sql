with source as (

    select * from {{ source('clinic', 'specialties') }}

),

renamed as (

    select
        -- ids
        specialty_id,

        -- text
        {{ clean_text('specialty_name') }} as specialty_name,
        {{ clean_text('specialty_code') }} as specialty_code,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
