-- Which products are bought together most often, and how much more often than by chance?
with sales as (

    select * from {{ ref('fact_sales') }}

),

receipts as (

    select * from {{ ref('fact_receipts') }}

),

together as (

    -- a product counts once, on however many lines of the receipt it stands. The fact itself, twice: its index has the
    -- lines of a receipt side by side, and of a CTE that is used twice an engine makes a copy without one
    select
        one.product_durable_key,
        other.product_durable_key as other_product_durable_key,
        count(*) as receipt_count
    from {{ ref('fact_sales') }} as one
    inner join {{ ref('fact_sales') }} as other
        on one.sale_id = other.sale_id and one.product_durable_key < other.product_durable_key
    where
        one.product_receipt_count = 1
        and other.product_receipt_count = 1
    group by one.product_durable_key, other.product_durable_key

),

named as (

    -- the smaller SKU first, whatever the keys are
    select
        together.receipt_count,
        case when one.sku < other.sku then one.sku else other.sku end as first_sku,
        case when one.sku < other.sku then other.sku else one.sku end as second_sku,
        case when one.sku < other.sku then one.product_durable_key else other.product_durable_key end
            as first_product_durable_key,
        case when one.sku < other.sku then other.product_durable_key else one.product_durable_key end
            as second_product_durable_key
    from together
    inner join {{ ref('dim_product_current') }} as one
        on together.product_durable_key = one.product_durable_key
    inner join {{ ref('dim_product_current') }} as other
        on together.other_product_durable_key = other.product_durable_key

),

most as (

    select * from named
    order by receipt_count desc, first_sku asc, second_sku asc
    limit {{ var('retail_top_pairs') }}

),

product_receipts as (

    select
        product_durable_key,
        count(*) as receipt_count
    from sales
    where product_receipt_count = 1
    group by product_durable_key

),

all_receipts as (

    select count(*) as receipt_count from receipts

),

final as (

    select
        most.first_sku,
        most.second_sku,
        most.receipt_count,
        {{ rate('most.receipt_count', 'first_receipts.receipt_count') }} as share_of_first,
        {{ rate('most.receipt_count', 'second_receipts.receipt_count') }} as share_of_second,
        {{ amount_per(
            'most.receipt_count * all_receipts.receipt_count',
            'first_receipts.receipt_count * second_receipts.receipt_count',
        ) }} as lift
    from most
    inner join product_receipts as first_receipts
        on most.first_product_durable_key = first_receipts.product_durable_key
    inner join product_receipts as second_receipts
        on most.second_product_durable_key = second_receipts.product_durable_key
    cross join all_receipts

)

select * from final
order by receipt_count desc, first_sku asc, second_sku asc
