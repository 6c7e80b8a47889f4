{#- which product each system's own number stands for; one row per number that a record or a line bears -#}
with matches as (

    select * from {{ ref('int_retail__product_matches') }}

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

final as (

    select
        source_name,
        product_id,
        product_durable_key,
        0 as is_inferred
    from matches
    union all
    select
        sold.source_name,
        sold.product_id,
        {{ surrogate_key(['sold.source_name', 'sold.product_id']) }} as product_durable_key,
        1 as is_inferred
    from sold
    left join matches on sold.source_name = matches.source_name and sold.product_id = matches.product_id
    where matches.product_id is null

)

select * from final
