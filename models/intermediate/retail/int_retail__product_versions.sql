with records as (

    select
        records.*,
        matches.product_durable_key
    from {{ ref('int_retail__product_records') }} as records
    inner join {{ ref('int_retail__product_matches') }} as matches
        on records.source_name = matches.source_name and records.product_id = matches.product_id

),

-- a product changes whenever one of the records says something else of it
moments as (

    select distinct
        product_durable_key,
        valid_from as moment
    from records

),

standing as (

    select
        moments.moment,
        records.*,
        {{ only_deleted('moments.product_durable_key, moments.moment', 'records.is_deleted') }} as only_deleted
    from moments
    inner join records
        on
            moments.product_durable_key = records.product_durable_key
            and {{ valid_at('records', 'moments.moment') }}

),

-- a deleted record has a say only where no other lives; of a system's several the one that was changed last
said as (

    select
        *,
        row_number() over (
            partition by product_durable_key, moment, source_name
            order by valid_from desc, product_id desc
        ) as choice
    from standing
    where only_deleted = 1 or not is_deleted

),

-- the stores know their goods better than what was typed into the web shop
merged as (

    select
        product_durable_key,
        moment,
        max(sku) as sku,
        {%- for column in ['product_name', 'category_name', 'status'] %}
        coalesce(
            max(case when source_name = 'pos' and choice = 1 then {{ column }} end),
            max(case when source_name = 'shop' and choice = 1 then {{ column }} end)
        ) as {{ column }},
        {%- endfor %}
        {%- for column in ['subcategory_name', 'brand_name', 'supplier_id', 'unit_cost', 'retail_price'] %}
        max(case when source_name = 'pos' and choice = 1 then {{ column }} end) as {{ column }},
        {%- endfor %}
        max(case when source_name = 'shop' and choice = 1 then web_price end) as web_price,
        max(case when source_name = 'pos' and not is_deleted then 1 else 0 end) as is_sold_in_stores,
        max(case when source_name = 'shop' and not is_deleted then 1 else 0 end) as is_sold_on_web
    from said
    group by product_durable_key, moment

),

{{ bounded_versions('merged', 'product_durable_key') }}

select
    *,
    is_sold_in_stores = 0 and is_sold_on_web = 0 as is_deleted
from bounded
