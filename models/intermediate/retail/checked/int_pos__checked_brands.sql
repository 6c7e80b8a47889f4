with brands as (

    select * from {{ ref('stg_pos__brands') }}

),

checked as (

    select
        *,
        case
            when brand_id is null then 'brand_id_missing'
            when
                {{ duplicate_number(
                    'brand_id',
                    ['updated_at desc', 'created_at'],
                    then_text=['brand_name'],
                ) }} > 1
                then 'brand_id_repeated'
            when brand_name is null then 'brand_name_missing'
        end as broken_rule
    from brands

)

select * from checked
