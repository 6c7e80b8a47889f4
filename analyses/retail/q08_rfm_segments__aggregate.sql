-- Which customers are the best, the loyal, the new, the lost: by how lately, how often and for how much they bought?
with values_by_customer as (

    select * from {{ ref('agg_customer_value') }}

),

final as (

    select
        segment,
        count(*) as customer_count,
        cast(sum(receipt_count) as {{ dbt.type_bigint() }}) as receipt_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        {{ amount_per('sum(net_amount)', 'count(*)') }} as net_amount_per_customer
    from values_by_customer
    group by segment

)

select * from final
order by segment
