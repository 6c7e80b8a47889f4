with source as (

    select * from {{ source('pos', 'stores') }}

),

renamed as (

    select
        -- ids
        store_id,
        manager_id,

        -- text
        {{ clean_text('store_name') }} as store_name,
        {{ clean_text('store_type') }} as store_type,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('region') }} as region,

        -- dates
        opened_on,
        closed_on,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
