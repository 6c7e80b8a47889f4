with source as (

    select * from {{ source('pos', 'subcategories') }}

),

renamed as (

    select
        -- ids
        subcategory_id,
        category_id,

        -- text
        {{ clean_text('subcategory_name') }} as subcategory_name,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
