-- each month, category and channel of the aggregate, against what the facts say of it
with products as (

    select * from {{ ref('dim_product_current') }}

),

order_profiles as (

    select * from {{ ref('dim_order_profile') }}

),

cells as (

    select
        month_key,
        category_name,
        channel,
        net_amount,
        refund_amount
    from {{ ref('agg_revenue_by_month_category_channel') }}

),

store as (

    select
        facts.sale_month_key as month_key,
        products.category_name,
        'Store' as channel,
        sum(facts.net_amount) as net_amount,
        0 as refund_amount
    from {{ ref('fact_sales') }} as facts
    inner join products on facts.product_durable_key = products.product_durable_key
    group by facts.sale_month_key, products.category_name

),

web as (

    select
        facts.order_month_key as month_key,
        products.category_name,
        order_profiles.channel,
        sum(facts.net_amount) as net_amount,
        0 as refund_amount
    from {{ ref('fact_orders') }} as facts
    inner join products on facts.product_durable_key = products.product_durable_key
    inner join order_profiles on facts.order_profile_key = order_profiles.order_profile_key
    where order_profiles.order_status <> 'Cancelled'
    group by facts.order_month_key, products.category_name, order_profiles.channel

),

refunds as (

    select
        facts.return_month_key as month_key,
        products.category_name,
        order_profiles.channel,
        0 as net_amount,
        sum(facts.refund_amount) as refund_amount
    from {{ ref('fact_returns') }} as facts
    inner join products on facts.product_durable_key = products.product_durable_key
    inner join order_profiles on facts.order_profile_key = order_profiles.order_profile_key
    group by facts.return_month_key, products.category_name, order_profiles.channel

),

differences as (

    select * from store
    union all
    select * from web
    union all
    select * from refunds
    union all
    select
        month_key,
        category_name,
        channel,
        -net_amount as net_amount,
        -refund_amount as refund_amount
    from cells

)

select
    month_key,
    category_name,
    channel,
    sum(net_amount) as net_amount,
    sum(refund_amount) as refund_amount
from differences
group by month_key, category_name, channel
having sum(net_amount) <> 0 or sum(refund_amount) <> 0
