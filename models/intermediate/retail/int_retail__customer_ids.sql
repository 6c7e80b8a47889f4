{#- which person each system's own number stands for; one row per number that a record, a sale or an order bears -#}
with matches as (

    select * from {{ ref('int_retail__customer_matches') }}

),

bought as (

    select
        'pos' as source_name,
        customer_id
    from {{ ref('int_pos__valid_sales') }}
    where customer_id is not null
    union
    select
        'shop' as source_name,
        customer_id
    from {{ ref('int_shop__valid_orders') }}

),

final as (

    select
        source_name,
        customer_id,
        customer_durable_key,
        0 as is_inferred
    from matches
    union all
    select
        bought.source_name,
        bought.customer_id,
        {{ surrogate_key(['bought.source_name', 'bought.customer_id']) }} as customer_durable_key,
        1 as is_inferred
    from bought
    left join matches on bought.source_name = matches.source_name and bought.customer_id = matches.customer_id
    where matches.customer_id is null

)

select * from final
