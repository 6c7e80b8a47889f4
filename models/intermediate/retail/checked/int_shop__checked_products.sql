with products as (

    select * from {{ ref('stg_shop__products') }}

),

sound as (

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
        end as own_broken_rule
    from products

),

-- only rows that are sound by themselves compete: the winner of a sku must not be a row that is rejected
checked as (

    select
        product_id,
        sku,
        product_name,
        category_text,
        list_price_text,
        list_price,
        status,
        created_at,
        updated_at,
        case
            when own_broken_rule is not null then own_broken_rule
            when
                {{ duplicate_number(
                    'sku, case when own_broken_rule is null then 1 else 0 end', ['updated_at desc', 'product_id'],
                ) }} > 1
                then 'item_sku_repeated'
        end as broken_rule
    from sound

)

select * from checked
