with checked as (

    select * from {{ ref('int_pos__checked_categories') }}

),

valid as (

    select
        category_id,
        category_name,
        created_at,
        coalesce(updated_at, {{ extracted_at('pos') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('pos') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
