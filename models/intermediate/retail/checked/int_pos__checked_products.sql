with products as (

    select * from {{ ref('stg_pos__products') }}

),

sound as (

    select
        *,
        case
            when product_id is null then 'product_id_missing'
            when
                {{ duplicate_number(
                    'product_id',
                    ['updated_at desc', 'subcategory_id', 'brand_id', 'supplier_id', 'unit_cost', 'retail_price', 'created_at'],
                    then_text=['sku', 'product_name', 'status'],
                ) }} > 1
                then 'product_id_repeated'
            when sku is null then 'product_sku_missing'
            when coalesce(unit_cost, -1) < 0 then 'product_cost_missing_or_negative'
            when coalesce(retail_price, -1) < 0 then 'product_price_missing_or_negative'
            when coalesce(status, '') not in ('Active', 'Discontinued') then 'product_status_unknown'
        end as own_broken_rule
    from products

),

-- only rows that are sound by themselves compete: the winner of a sku must not be a row that is rejected
checked as (

    select
        product_id,
        sku,
        product_name,
        subcategory_id,
        brand_id,
        supplier_id,
        unit_cost,
        retail_price,
        status,
        created_at,
        updated_at,
        case
            when own_broken_rule is not null then own_broken_rule
            when
                {{ duplicate_number(
                    'sku, case when own_broken_rule is null then 1 else 0 end', ['updated_at desc', 'product_id'],
                ) }} > 1
                then 'product_sku_repeated'
        end as broken_rule
    from sound

)

select * from checked
