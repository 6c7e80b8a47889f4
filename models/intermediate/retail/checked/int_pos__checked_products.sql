with products as (

    select * from {{ ref('stg_pos__products') }}

),

checked as (

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
        end as broken_rule
    from products

)

select * from checked
