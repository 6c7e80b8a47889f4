with subcategories as (

    {{ versions_of(ref('snap_pos__subcategories'), 'subcategory_id') }}

),

categories as (

    {{ versions_of(ref('snap_pos__categories'), 'category_id') }}

),

final as (

    select
        subcategories.subcategory_id,
        subcategories.subcategory_name,
        categories.category_name,
        greatest(
            subcategories.valid_from, coalesce(categories.valid_from, subcategories.valid_from)
        ) as valid_from,
        least(subcategories.valid_to, coalesce(categories.valid_to, subcategories.valid_to)) as valid_to
    from subcategories
    left join categories
        on
            subcategories.category_id = categories.category_id
            and {{ overlap('subcategories', 'categories') }}

)

select * from final
