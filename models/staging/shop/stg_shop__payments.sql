with source as (

    select * from {{ source('shop', 'payments') }}

),

renamed as (

    select
        -- ids
        payment_id,
        order_id,

        -- text
        {{ clean_text('payment_type') }} as payment_type,
        {{ clean_text('payment_method') }} as payment_method,
        {{ clean_text('payment_status') }} as payment_status,

        -- numbers
        amount,

        -- dates
        paid_at,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
