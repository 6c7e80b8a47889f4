-- A receipt with n products has n * (n - 1) / 2 pairs of them.
with receipts as (

    select
        sale_id,
        count(distinct product_durable_key) as product_count
    from {{ ref('fact_sales') }}
    group by sale_id

),

expected as (

    select coalesce(sum(product_count * (product_count - 1)), 0) as twice from receipts

),

found as (

    select coalesce(sum(2 * receipt_count), 0) as twice from {{ ref('agg_basket_pairs') }}

)

select
    expected.twice as expected_twice,
    found.twice as found_twice
from expected
cross join found
where expected.twice <> found.twice
