with source as (

    select * from {{ source('pos', 'customers') }}

),

renamed as (

    select
        -- ids
        customer_id,

        -- text
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_email('email') }} as email,
        {{ clean_phone('phone') }} as phone,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('tier') }} as tier,

        -- dates
        registered_on,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
