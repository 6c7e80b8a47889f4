{#- what the stores and the web shop each know of a product, version by version -#}
{%- set category_spellings =
    'stg_shop__category_spellings' if var('shop_has_category_spellings') else 'ref_category_spellings' %}
with stores as (

    {{ versions_of(ref('snap_pos__products'), 'product_id') }}

),

shop as (

    {{ versions_of(ref('snap_shop__products'), 'product_id') }}

),

classes as (

    select * from {{ ref('int_pos__class_versions') }}

),

brands as (

    {{ versions_of(ref('snap_pos__brands'), 'brand_id') }}

),

spellings as (

    select * from {{ ref(category_spellings) }}

),

records as (

    select
        'pos' as source_name,
        product_id,
        sku,
        product_name,
        subcategory_id,
        brand_id,
        cast(null as {{ dbt.type_string() }}) as category_text,
        supplier_id,
        unit_cost,
        retail_price,
        cast(null as decimal(12, 2)) as web_price,
        status,
        version_number,
        {{ record_begins() }} as valid_from,
        valid_to,
        is_deleted,
        seen_at
    from stores
    union all
    select
        'shop' as source_name,
        product_id,
        sku,
        product_name,
        null as subcategory_id,
        null as brand_id,
        category_text,
        null as supplier_id,
        null as unit_cost,
        null as retail_price,
        list_price as web_price,
        status,
        version_number,
        {{ record_begins() }} as valid_from,
        valid_to,
        is_deleted,
        seen_at
    from shop

),

-- an SKU that is corrected was a slip before, too: what the record says last tells which product it has been all along
identified as (

    select
        *,
        last_value(sku) over (
            partition by source_name, product_id
            order by version_number
            rows between unbounded preceding and unbounded following
        ) as last_sku,
        min(seen_at) over (partition by source_name, product_id) as first_seen_at
    from records

),

-- a store's product changes with its category's, subcategory's or brand's name, too
final as (

    select
        identified.source_name,
        identified.product_id,
        identified.last_sku as sku,
        identified.product_name,
        case
            when identified.source_name = 'shop' then coalesce(spellings.category_name, 'Unmapped')
            else classes.category_name
        end as category_name,
        classes.subcategory_name,
        brands.brand_name,
        identified.supplier_id,
        identified.unit_cost,
        identified.retail_price,
        identified.web_price,
        identified.status,
        identified.is_deleted,
        identified.first_seen_at,
        greatest(
            identified.valid_from,
            coalesce(classes.valid_from, identified.valid_from),
            coalesce(brands.valid_from, identified.valid_from)
        ) as valid_from,
        least(
            identified.valid_to,
            coalesce(classes.valid_to, identified.valid_to),
            coalesce(brands.valid_to, identified.valid_to)
        ) as valid_to
    from identified
    left join classes
        on
            identified.subcategory_id = classes.subcategory_id
            and {{ overlap('identified', 'classes') }}
    left join brands
        on
            identified.brand_id = brands.brand_id
            and {{ overlap('identified', 'brands') }}
            and (classes.subcategory_id is null or {{ overlap('classes', 'brands') }})
    left join spellings on {{ without("lower(identified.category_text)", ' ') }} = spellings.spelling

)

select * from final
