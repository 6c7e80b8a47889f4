with source as (

    select * from {{ source('pos', 'categories') }}

),

renamed as (

    select
        -- ids
        category_id,

        -- text
        {{ clean_text('category_name') }} as category_name,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
