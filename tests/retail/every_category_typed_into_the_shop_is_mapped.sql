{{ config(severity='warn') }}

-- what to add to ref_category_spellings, or to ask the shop about; a product whose SKU the stores know has their category
select
    products.product_id,
    products.category_text
from {{ ref('int_shop__valid_products') }} as products
inner join {{ ref('dim_product_current') }} as members on products.sku = members.sku
where members.category_name = 'Unmapped'
