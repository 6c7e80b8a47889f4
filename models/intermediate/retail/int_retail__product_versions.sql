with records as (

    select * from {{ ref('int_retail__product_records') }}

),

-- a product changes whenever one of the systems says something else of it
moments as (

    select
        sku,
        valid_from as moment
    from records
    union
    select
        sku,
        valid_to as moment
    from records
    where valid_to < {{ end_of_time() }}

),

-- what each system says of it then: of several records the one that is not deleted, then the newest
said as (

    select
        moments.moment,
        records.*,
        row_number() over (
            partition by moments.sku, moments.moment, records.source_name
            order by records.is_deleted asc, records.valid_from desc, records.product_id desc
        ) as choice
    from moments
    inner join records
        on
            moments.sku = records.sku
            and {{ valid_at('records', 'moments.moment') }}

),

from_stores as (

    select * from said
    where source_name = 'pos' and choice = 1

),

from_shop as (

    select * from said
    where source_name = 'shop' and choice = 1

),

-- the stores know their goods better than what was typed into the web shop
merged as (

    select
        moments.sku,
        moments.moment,
        coalesce(from_stores.product_name, from_shop.product_name) as product_name,
        coalesce(from_stores.category_name, from_shop.category_name) as category_name,
        from_stores.subcategory_name,
        from_stores.brand_name,
        from_stores.supplier_id,
        from_stores.unit_cost,
        from_stores.retail_price,
        from_shop.web_price,
        coalesce(from_stores.status, from_shop.status) as status,
        case when from_stores.is_deleted then 0 when from_stores.sku is null then 0 else 1 end as is_sold_in_stores,
        case when from_shop.is_deleted then 0 when from_shop.sku is null then 0 else 1 end as is_sold_on_web
    from moments
    left join from_stores on moments.sku = from_stores.sku and moments.moment = from_stores.moment
    left join from_shop on moments.sku = from_shop.sku and moments.moment = from_shop.moment

),

{{ bounded_versions('merged', 'sku') }}

select
    *,
    is_sold_in_stores = 0 and is_sold_on_web = 0 as is_deleted
from bounded
