with categories as (

    select * from {{ ref('stg_pos__categories') }}

),

checked as (

    select
        *,
        case
            when category_id is null then 'category_id_missing'
            when
                {{ duplicate_number(
                    'category_id',
                    ['updated_at desc', 'created_at'],
                    then_text=['category_name'],
                ) }} > 1
                then 'category_id_repeated'
            when category_name is null then 'category_name_missing'
        end as broken_rule
    from categories

)

select * from checked
