with checked as (

    select * from {{ ref('int_pos__checked_brands') }}

),

valid as (

    select
        brand_id,
        brand_name,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
