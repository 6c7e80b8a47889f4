{#
    The category that each product has now, by the product's durable key: facts take it along, since most questions of goods
    group by it.
#}
{% macro categories_by_product() -%}
    select
        products.product_durable_key,
        categories.category_key
    from {{ ref('dim_product_current') }} as products
    inner join {{ ref('dim_category') }} as categories on products.category_name = categories.category_name
{%- endmacro %}
