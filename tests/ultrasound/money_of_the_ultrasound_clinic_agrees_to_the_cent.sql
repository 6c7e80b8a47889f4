-- What is billed, and what of it is not paid: the source's amounts = those in the star + those of rejected bills.
with source as (

    select
        sum(billed_amount) as billed,
        sum(case when payment_status = 'Paid' then 0 else billed_amount end) as outstanding
    from {{ ref('stg_ultrasound__billing') }}

),

rejected as (

    select
        sum(billed_amount) as billed,
        sum(case when payment_status = 'Paid' then 0 else billed_amount end) as outstanding
    from {{ ref('int_ultrasound__checked_billing') }}
    where broken_rule is not null

),

in_star as (

    select
        sum(billed_amount) as billed,
        sum(outstanding_amount) as outstanding,
        sum(paid_amount) as paid
    from {{ ref('fact_ultrasound_bills') }}

)

select
    source.billed as billed_in_source,
    in_star.billed as billed_in_star,
    source.outstanding as outstanding_in_source,
    in_star.outstanding as outstanding_in_star
from source
cross join rejected
cross join in_star
where
    coalesce(source.billed, 0) <> coalesce(in_star.billed, 0) + coalesce(rejected.billed, 0)
    or coalesce(source.outstanding, 0) <> coalesce(in_star.outstanding, 0) + coalesce(rejected.outstanding, 0)
    or coalesce(in_star.billed, 0) <> coalesce(in_star.paid, 0) + coalesce(in_star.outstanding, 0)
