{{ config(materialized='table') }}
with records as (

    select distinct
        source_name,
        product_id,
        sku,
        first_seen_at
    from {{ ref('int_retail__product_records') }}

),

-- the record that was known first gives the product its key, and keeps giving it when others join
led as (

    select
        *,
        first_value(source_name) over records_of_sku as lead_source_name,
        first_value(product_id) over records_of_sku as lead_product_id,
        count(*) over (partition by sku) as record_count
    from records
    window records_of_sku as (partition by sku order by first_seen_at, source_name, product_id)

),

final as (

    select
        source_name,
        product_id,
        sku,
        {{ surrogate_key(['lead_source_name', 'lead_product_id']) }} as product_durable_key,
        lead_source_name,
        lead_product_id,
        cast(record_count as {{ dbt.type_int() }}) as record_count
    from led

)

select * from final
