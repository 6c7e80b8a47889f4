with subcategories as (

    select * from {{ ref('stg_pos__subcategories') }}

),

checked as (

    select
        *,
        case
            when subcategory_id is null then 'subcategory_id_missing'
            when
                {{ duplicate_number(
                    'subcategory_id',
                    ['updated_at desc', 'category_id', 'created_at'],
                    then_text=['subcategory_name'],
                ) }} > 1
                then 'subcategory_id_repeated'
            when subcategory_name is null then 'subcategory_name_missing'
            when category_id is null then 'subcategory_category_missing'
        end as broken_rule
    from subcategories

)

select * from checked
