-- Which products are bought together most often, and how much more often than by chance?
with pairs as (

    select * from {{ ref('agg_basket_pairs') }}

),

final as (

    select
        first_sku,
        second_sku,
        receipt_count,
        share_of_first,
        share_of_second,
        lift
    from pairs

)

select * from final
order by receipt_count desc, first_sku asc, second_sku asc
limit {{ var('retail_top_pairs') }}
