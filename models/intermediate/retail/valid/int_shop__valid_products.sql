with checked as (

    select * from {{ ref('int_shop__checked_products') }}

),

valid as (

    select
        product_id,
        sku,
        product_name,
        category_text,
        list_price_text,
        list_price,
        status,
        created_at,
        coalesce(updated_at, {{ extracted_at('shop') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('shop') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
