with products as (

    select * from {{ ref('stg_shop__products') }}

),

checked as (

    select
        *,
        case
            when product_id is null then 'item_id_missing'
            when
                {{ duplicate_number(
                    'product_id',
                    ['updated_at desc', 'list_price', 'created_at'],
                    then_text=['sku', 'product_name', 'category_text', 'list_price_text', 'status'],
                ) }} > 1
                then 'item_id_repeated'
            when sku is null then 'item_sku_missing'
            when coalesce(status, '') not in ('Active', 'Hidden') then 'item_status_unknown'
        end as broken_rule
    from products

)

select * from checked
