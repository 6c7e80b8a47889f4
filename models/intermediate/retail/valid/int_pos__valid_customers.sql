with checked as (

    select * from {{ ref('int_pos__checked_customers') }}

),

valid as (

    select
        customer_id,
        first_name,
        last_name,
        email,
        phone,
        city,
        state,
        postal_code,
        tier,
        registered_on,
        created_at,
        coalesce(updated_at, {{ extracted_at('pos') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('pos') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
