with source as (

    select * from {{ source('pos', 'brands') }}

),

renamed as (

    select
        -- ids
        brand_id,

        -- text
        {{ clean_text('brand_name') }} as brand_name,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
