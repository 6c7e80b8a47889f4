-- Receipts and money of the customers who showed a card, all in all and in their cohorts' first months.
with facts as (

    select
        sales.customer_durable_key,
        count(distinct sales.sale_id) as receipt_count,
        sum(sales.net_amount) as net_amount
    from {{ ref('fact_sales') }} as sales
    -- those who showed a card
    where sales.customer_durable_key <> -2
    group by sales.customer_durable_key

),

known as (

    select
        coalesce(sum(receipt_count), 0) as receipt_count,
        coalesce(sum(net_amount), 0) as net_amount,
        count(*) as customer_count
    from facts

),

by_customer as (

    select
        coalesce(sum(receipt_count), 0) as receipt_count,
        coalesce(sum(net_amount), 0) as net_amount,
        count(*) as customer_count
    from {{ ref('agg_customer_value') }}

),

by_cohort as (

    select coalesce(sum(customer_count), 0) as customer_count
    from {{ ref('agg_cohort_retention') }}
    where months_since = 0

)

select
    by_customer.receipt_count,
    by_customer.net_amount,
    by_cohort.customer_count
from known
cross join by_customer
cross join by_cohort
where
    by_customer.receipt_count <> known.receipt_count
    or by_customer.net_amount <> known.net_amount
    or by_customer.customer_count <> known.customer_count
    or by_cohort.customer_count <> known.customer_count
