with checked as (

    select * from {{ ref('int_pos__checked_subcategories') }}

),

valid as (

    select
        subcategory_id,
        category_id,
        subcategory_name,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
