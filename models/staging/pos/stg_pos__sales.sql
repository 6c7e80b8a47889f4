with source as (

    select * from {{ source('pos', 'sales') }}

),

renamed as (

    select
        -- ids
        sale_id,
        store_id,
        employee_id,
        customer_id,

        -- text
        {{ clean_text('payment_method') }} as payment_method,

        -- dates
        sold_at,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
