{#- what the stores and the web shop each know of a product, version by version; the SKU is what they share -#}
{%- set category_spellings = 'stg_shop__category_spellings' if var('shop_has_category_spellings') else 'ref_category_spellings' -%}
with stores as (

    {{ versions_of(ref('snap_pos__products'), 'product_id') }}

),

shop as (

    {{ versions_of(ref('snap_shop__products'), 'product_id') }}

),

subcategories as (

    select * from {{ ref('int_pos__valid_subcategories') }}

),

categories as (

    select * from {{ ref('int_pos__valid_categories') }}

),

brands as (

    select * from {{ ref('int_pos__valid_brands') }}

),

spellings as (

    select * from {{ ref(category_spellings) }}

),

final as (

    select
        'pos' as source_name,
        stores.product_id,
        stores.sku,
        stores.product_name,
        categories.category_name,
        subcategories.subcategory_name,
        brands.brand_name,
        stores.supplier_id,
        stores.unit_cost,
        stores.retail_price,
        cast(null as decimal(12, 2)) as web_price,
        stores.status,
        {{ record_begins('stores') }} as valid_from,
        stores.valid_to,
        stores.is_deleted
    from stores
    left join subcategories on stores.subcategory_id = subcategories.subcategory_id
    left join categories on subcategories.category_id = categories.category_id
    left join brands on stores.brand_id = brands.brand_id
    union all
    select
        'shop' as source_name,
        shop.product_id,
        shop.sku,
        shop.product_name,
        coalesce(spellings.category_name, 'Unmapped') as category_name,
        null as subcategory_name,
        null as brand_name,
        null as supplier_id,
        null as unit_cost,
        null as retail_price,
        shop.list_price as web_price,
        shop.status,
        {{ record_begins('shop') }} as valid_from,
        shop.valid_to,
        shop.is_deleted
    from shop
    left join spellings on {{ without("lower(shop.category_text)", ' ') }} = spellings.spelling

)

select * from final
