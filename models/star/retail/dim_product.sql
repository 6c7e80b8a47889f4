{{
    config(
        materialized='incremental',
        unique_key='product_durable_key',
        pre_hook="{{ delete_members_gone_from(ref('int_retail__product_ids'), 'product_durable_key') }}",
    )
}}

with versions as (

    select
        *,
        valid_to = {{ end_of_time() }} and not is_deleted as is_current
    from {{ ref('int_retail__product_versions') }}

),

-- products that lines refer to and that no record is known of
inferred as (

    select * from {{ ref('int_retail__product_ids') }}
    where is_inferred = 1

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['product_durable_key', 'version_number']) }} as product_key,
        product_durable_key,
        sku,
        coalesce(product_name, 'Unknown') as product_name,
        coalesce(category_name, 'Unknown') as category_name,
        coalesce(subcategory_name, 'Unknown') as subcategory_name,
        coalesce(brand_name, 'Unknown') as brand_name,
        supplier_id,
        unit_cost,
        retail_price,
        web_price,
        coalesce(status, 'Unknown') as status,
        is_sold_in_stores,
        is_sold_on_web,
        cast(version_number as {{ dbt.type_int() }}) as version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        false as is_inferred
    from versions
    union all
    select
        {{ surrogate_key(['product_durable_key', '1']) }} as product_key,
        product_durable_key,
        cast(null as {{ dbt.type_string() }}) as sku,
        'Unknown' as product_name,
        'Unknown' as category_name,
        'Unknown' as subcategory_name,
        'Unknown' as brand_name,
        cast(null as {{ dbt.type_int() }}) as supplier_id,
        cast(null as decimal(12, 2)) as unit_cost,
        cast(null as decimal(12, 2)) as retail_price,
        cast(null as decimal(12, 2)) as web_price,
        'Unknown' as status,
        0 as is_sold_in_stores,
        0 as is_sold_on_web,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        true as is_inferred
    from inferred
    union all
    select
        member_key as product_key,
        member_key as product_durable_key,
        label as sku,
        label as product_name,
        label as category_name,
        label as subcategory_name,
        label as brand_name,
        cast(null as {{ dbt.type_int() }}) as supplier_id,
        cast(null as decimal(12, 2)) as unit_cost,
        cast(null as decimal(12, 2)) as retail_price,
        cast(null as decimal(12, 2)) as web_price,
        label as status,
        0 as is_sold_in_stores,
        0 as is_sold_on_web,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'product_durable_key') }}

select * from final
