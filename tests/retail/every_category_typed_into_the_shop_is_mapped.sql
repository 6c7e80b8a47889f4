{{ config(severity='warn') }}

-- what to add to ref_category_spellings (or to the shop's own), or to ask the shop about; where the stores know the SKU
-- their category counts
select
    products.product_id,
    products.category_text
from {{ ref('int_shop__valid_products') }} as products
inner join {{ ref('dim_product_current') }} as members on products.sku = members.sku
where members.category_name = 'Unmapped'
