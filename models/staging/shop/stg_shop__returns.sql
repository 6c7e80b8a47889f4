with source as (

    select
        *,
        {{ iso_day_from_text('returned_on_text') }} as returned_on_iso
    from {{ source('shop', 'returns') }}

),

renamed as (

    select
        -- ids
        return_id,
        order_item_id,

        -- text
        {{ clean_text('return_reason') }} as return_reason,
        {{ clean_text('returned_on_text') }} as returned_on_text,

        -- numbers
        quantity,
        refund_amount,

        -- dates
        {{ date_from_iso_day('returned_on_iso') }} as returned_on,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
