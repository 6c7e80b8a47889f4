{#- which product each system's own number stands for; one row per number that a record or a line bears -#}
with records as (

    select
        source_name,
        product_id,
        sku,
        row_number() over (partition by source_name, product_id order by valid_from desc) as choice
    from {{ ref('int_retail__product_records') }}

),

sold as (

    select
        'pos' as source_name,
        product_id
    from {{ ref('int_pos__valid_sale_lines') }}
    union
    select
        'pos' as source_name,
        product_id
    from {{ ref('int_pos__valid_inventory') }}
    union
    select
        'shop' as source_name,
        product_id
    from {{ ref('int_shop__valid_order_items') }}

),

known as (

    select
        source_name,
        product_id,
        sku,
        {{ surrogate_key(['sku']) }} as product_durable_key
    from records
    where choice = 1

),

final as (

    select * from known
    union all
    select
        sold.source_name,
        sold.product_id,
        null as sku,
        {{ surrogate_key(['sold.source_name', 'sold.product_id']) }} as product_durable_key
    from sold
    left join known on sold.source_name = known.source_name and sold.product_id = known.product_id
    where known.product_id is null

)

select * from final
