with source as (

    select * from {{ source('pos', 'suppliers') }}

),

renamed as (

    select
        -- ids
        supplier_id,

        -- text
        {{ clean_text('supplier_name') }} as supplier_name,
        {{ clean_text('city') }} as city,
        {{ clean_text('country') }} as country,

        -- numbers
        lead_time_days,

        -- dates
        contract_start,
        contract_end,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
