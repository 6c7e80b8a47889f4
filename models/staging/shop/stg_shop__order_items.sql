with source as (

    select * from {{ source('shop', 'order_items') }}

),

renamed as (

    select
        -- ids
        order_item_id,
        order_id,
        product_id,

        -- numbers
        line_number,
        quantity,
        unit_price,
        discount_amount,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
