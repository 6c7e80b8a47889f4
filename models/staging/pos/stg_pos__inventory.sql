with source as (

    select * from {{ source('pos', 'inventory') }}

),

renamed as (

    select
        -- ids
        inventory_id,
        store_id,
        product_id,

        -- numbers
        opening_quantity,
        received_quantity,
        sold_quantity,
        adjusted_quantity,
        closing_quantity,

        -- dates
        inventory_date,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
