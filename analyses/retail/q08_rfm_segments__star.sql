-- Which customers are the best, the loyal, the new, the lost: by how lately, how often and for how much they bought?
with receipts as (

    select * from {{ ref('fact_receipts') }}

),

bought as (

    select
        customer_durable_key,
        max(sale_date_key) as last_sold_on,
        count(*) as receipt_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from receipts
    -- those who showed a card
    where customer_durable_key <> -2
    group by customer_durable_key

),

ranked as (

    -- equal customers get equal scores, which ntile() would not give them
    select
        *,
        count(*) over () as customer_count,
        rank() over (order by last_sold_on) as recency_rank,
        rank() over (order by receipt_count) as frequency_rank,
        rank() over (order by net_amount) as value_rank
    from bought

),

scored as (

    select
        receipt_count,
        net_amount,
        {{ fifth_of('recency_rank', 'customer_count') }} as recency,
        {{ fifth_of('frequency_rank', 'customer_count') }} as frequency,
        {{ fifth_of('value_rank', 'customer_count') }} as monetary_value
    from ranked

),

segmented as (

    select
        *,
        {{ rfm_segment('recency', 'frequency', 'monetary_value') }} as segment
    from scored

),

final as (

    select
        segment,
        count(*) as customer_count,
        cast(sum(receipt_count) as {{ dbt.type_bigint() }}) as receipt_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        {{ amount_per('sum(net_amount)', 'count(*)') }} as net_amount_per_customer
    from segmented
    group by segment

)

select * from final
order by segment
