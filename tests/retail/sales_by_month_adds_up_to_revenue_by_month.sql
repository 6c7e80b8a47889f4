-- What stores and web shop sold and paid back in each month and category is the same by store as by channel.
with movements as (

    select
        month_key,
        category_name,
        case when store_durable_key = -2 then 0 else 1 end as is_store,
        quantity,
        net_amount,
        refund_amount
    from {{ ref('agg_sales_by_month_store_category') }}
    union all
    select
        month_key,
        category_name,
        case when channel = 'Store' then 1 else 0 end as is_store,
        -quantity as quantity,
        -net_amount as net_amount,
        -refund_amount as refund_amount
    from {{ ref('agg_revenue_by_month_category_channel') }}

)

select
    month_key,
    category_name,
    is_store
from movements
group by month_key, category_name, is_store
having sum(quantity) <> 0 or sum(net_amount) <> 0 or sum(refund_amount) <> 0
