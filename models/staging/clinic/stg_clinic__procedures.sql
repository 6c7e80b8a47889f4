with source as (

    select * from {{ source('clinic', 'procedures') }}

),

renamed as (

    select
        -- ids
        procedure_id,

        -- text
        {{ clean_text('cpt_code') }} as cpt_code,
        {{ clean_text('cpt_description') }} as cpt_description,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
