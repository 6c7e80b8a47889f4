with cells as (

    select
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(refund_amount), 0) as refund_amount
    from {{ ref('agg_revenue_by_month_category_channel') }}

),

store as (

    select coalesce(sum(net_amount), 0) as net_amount from {{ ref('fact_sales') }}

),

web as (

    select coalesce(sum(orders.net_amount), 0) as net_amount
    from {{ ref('fact_orders') }} as orders
    inner join {{ ref('dim_order_profile') }} as profiles on orders.order_profile_key = profiles.order_profile_key
    where profiles.order_status <> 'Cancelled'

),

refunds as (

    select coalesce(sum(refund_amount), 0) as refund_amount from {{ ref('fact_returns') }}

)

select
    cells.net_amount,
    cells.refund_amount
from cells
cross join store
cross join web
cross join refunds
where
    cells.net_amount <> store.net_amount + web.net_amount
    or cells.refund_amount <> refunds.refund_amount
