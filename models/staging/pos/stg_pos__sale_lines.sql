with source as (

    select * from {{ source('pos', 'sale_lines') }}

),

renamed as (

    select
        -- ids
        sale_line_id,
        sale_id,
        product_id,

        -- numbers
        line_number,
        quantity,
        unit_price,
        discount_amount,
        line_total,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
