with checked as (

    select * from {{ ref('int_shop__checked_customers') }}

),

valid as (

    select
        customer_id,
        email,
        first_name,
        last_name,
        phone,
        city,
        state,
        postal_code,
        registered_at,
        created_at,
        coalesce(updated_at, {{ extracted_at('shop') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('shop') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
