with source as (

    select * from {{ source('shop', 'products') }}

),

renamed as (

    select
        -- ids
        product_id,

        -- text
        upper({{ clean_text('sku') }}) as sku,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('category_text') }} as category_text,
        {{ clean_text('list_price_text') }} as list_price_text,
        {{ clean_text('status') }} as status,

        -- numbers
        {{ number_from_text('list_price_text') }} as list_price,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
