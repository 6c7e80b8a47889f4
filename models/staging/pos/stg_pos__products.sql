with source as (

    select * from {{ source('pos', 'products') }}

),

renamed as (

    select
        -- ids
        product_id,
        subcategory_id,
        brand_id,
        supplier_id,

        -- text
        upper({{ clean_text('sku') }}) as sku,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('status') }} as status,

        -- numbers
        unit_cost,
        retail_price,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
