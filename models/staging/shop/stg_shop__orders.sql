with source as (

    select * from {{ source('shop', 'orders') }}

),

renamed as (

    select
        -- ids
        order_id,
        customer_id,

        -- text
        {{ clean_text('order_number') }} as order_number,
        {{ clean_text('channel') }} as channel,
        {{ clean_text('device') }} as device,
        {{ clean_text('promotion_code') }} as promotion_code,
        {{ clean_text('order_status') }} as order_status,

        -- dates
        placed_at,
        paid_at,
        shipped_at,
        delivered_at,
        cancelled_at,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
