with source as (

    select * from {{ source('shop', 'customers') }}

),

renamed as (

    select
        -- ids
        customer_id,

        -- text
        {{ clean_email('email') }} as email,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_phone('phone') }} as phone,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('postal_code') }} as postal_code,

        -- dates
        registered_at,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
