with sales as (

    select * from {{ ref('fact_sales') }}

),

receipts as (

    select * from {{ ref('fact_receipts') }}

),

products as (

    select * from {{ ref('dim_product_current') }}

),

baskets as (

    -- a product counts once, on however many lines of the receipt it stands
    select
        sale_id,
        product_durable_key
    from sales
    where product_receipt_count = 1

),

product_receipts as (

    select
        product_durable_key,
        count(*) as receipt_count
    from baskets
    group by product_durable_key

),

all_receipts as (

    select count(*) as receipt_count from receipts

),

pairs as (

    select
        one.product_durable_key,
        other.product_durable_key as other_product_durable_key,
        count(*) as receipt_count
    from baskets as one
    inner join baskets as other
        on one.sale_id = other.sale_id and one.product_durable_key < other.product_durable_key
    group by one.product_durable_key, other.product_durable_key

),

named as (

    -- the smaller SKU first, whatever the keys are
    select
        pairs.product_durable_key,
        pairs.other_product_durable_key,
        pairs.receipt_count,
        case when one.sku < other.sku then one.sku else other.sku end as first_sku,
        case when one.sku < other.sku then other.sku else one.sku end as second_sku,
        case when one.sku < other.sku then one_receipts.receipt_count else other_receipts.receipt_count end
            as first_receipt_count,
        case when one.sku < other.sku then other_receipts.receipt_count else one_receipts.receipt_count end
            as second_receipt_count
    from pairs
    inner join products as one on pairs.product_durable_key = one.product_durable_key
    inner join products as other on pairs.other_product_durable_key = other.product_durable_key
    inner join product_receipts as one_receipts on pairs.product_durable_key = one_receipts.product_durable_key
    inner join product_receipts as other_receipts
        on pairs.other_product_durable_key = other_receipts.product_durable_key

),

final as (

    select
        named.product_durable_key,
        named.other_product_durable_key,
        named.first_sku,
        named.second_sku,
        named.receipt_count,
        {{ rate('named.receipt_count', 'named.first_receipt_count') }} as share_of_first,
        {{ rate('named.receipt_count', 'named.second_receipt_count') }} as share_of_second,
        {{ amount_per(
            'named.receipt_count * all_receipts.receipt_count',
            'named.first_receipt_count * named.second_receipt_count',
        ) }} as lift,
        {{ audit_key() }} as audit_key
    from named
    cross join all_receipts

)

select * from final
