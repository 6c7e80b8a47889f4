with checked as (

    select * from {{ ref('int_pos__checked_categories') }}

),

valid as (

    select
        category_id,
        category_name,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
