-- Which products are bought together most often, and how much more often than by chance?
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

store_products as (

    select * from {{ source('pos', 'products') }}

),

baskets as (

    -- a product counts once, on however many lines of the receipt it stands
    select distinct
        sale_id,
        product_id
    from sale_lines

),


product_receipts as (

    select
        product_id,
        count(*) as receipt_count
    from baskets
    group by product_id

),

together as (

    select
        one.product_id,
        other.product_id as other_product_id,
        count(*) as receipt_count
    from baskets as one
    inner join baskets as other on one.sale_id = other.sale_id and one.product_id < other.product_id
    group by one.product_id, other.product_id

),

named as (

    -- the smaller SKU first, whatever the keys are
    select
        together.receipt_count,
        case when one.sku < other.sku then one.sku else other.sku end as first_sku,
        case when one.sku < other.sku then other.sku else one.sku end as second_sku,
        case when one.sku < other.sku then one_receipts.receipt_count else other_receipts.receipt_count end
            as first_receipt_count,
        case when one.sku < other.sku then other_receipts.receipt_count else one_receipts.receipt_count end
            as second_receipt_count
    from together
    inner join store_products as one on together.product_id = one.product_id
    inner join store_products as other on together.other_product_id = other.product_id
    inner join product_receipts as one_receipts on together.product_id = one_receipts.product_id
    inner join product_receipts as other_receipts on together.other_product_id = other_receipts.product_id

),

most as (

    select * from named
    order by receipt_count desc, first_sku asc, second_sku asc
    limit {{ var('retail_top_pairs') }}

),

all_receipts as (

    select count(distinct sale_id) as receipt_count from baskets

),

final as (

    select
        most.first_sku,
        most.second_sku,
        most.receipt_count,
        {{ rate('most.receipt_count', 'most.first_receipt_count') }} as share_of_first,
        {{ rate('most.receipt_count', 'most.second_receipt_count') }} as share_of_second,
        {{ amount_per(
            'most.receipt_count * all_receipts.receipt_count',
            'most.first_receipt_count * most.second_receipt_count',
        ) }} as lift
    from most
    cross join all_receipts

)

select * from final
order by receipt_count desc, first_sku asc, second_sku asc
