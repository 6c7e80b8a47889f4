with source as (

    select * from {{ source('clinic', 'providers') }}

),

renamed as (

    select
        -- ids
        provider_id,
        specialty_id,
        department_id,

        -- text
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('credential') }} as credential,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
