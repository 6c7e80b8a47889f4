-- Which products are bought together most often, and how much more often than by chance?
with baskets as (

    -- a product counts once, on however many lines of the receipt it stands
    select distinct
        sale_id,
        product_id
    from {{ source('pos', 'sale_lines') }}

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
        case when one.sku < other.sku then one.product_id else other.product_id end
            as first_product_id,
        case when one.sku < other.sku then other.product_id else one.product_id end
            as second_product_id
    from together
    inner join {{ source('pos', 'products') }} as one
        on together.product_id = one.product_id
    inner join {{ source('pos', 'products') }} as other
        on together.other_product_id = other.product_id

),

-- what else there is to say is looked up for these alone
most as (

    select * from named
    order by receipt_count desc, first_sku asc, second_sku asc
    limit {{ var('retail_top_pairs') }}

),

product_receipts as (

    select
        product_id,
        count(*) as receipt_count
    from baskets
    group by product_id

),

all_receipts as (

    select count(distinct sale_id) as receipt_count from {{ source('pos', 'sale_lines') }}

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
        on most.first_product_id = first_receipts.product_id
    inner join product_receipts as second_receipts
        on most.second_product_id = second_receipts.product_id
    cross join all_receipts

)

select * from final
order by receipt_count desc, first_sku asc, second_sku asc
