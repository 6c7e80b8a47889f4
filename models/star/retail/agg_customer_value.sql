with receipts as (

    select * from {{ ref('fact_receipts') }}

),

customers as (

    select * from {{ ref('dim_customer_current') }}

),

bought_by_key as (

    select
        customer_durable_key,
        min(sale_date_key) as first_sale_date_key,
        max(sale_date_key) as last_sale_date_key,
        count(*) as receipt_count,
        sum(net_amount) as net_amount
    from receipts
    -- those who showed a card
    where customer_durable_key <> -2
    group by customer_durable_key

),

bought as (

    select
        bought_by_key.*,
        customers.tier,
        customers.is_store_customer
    from bought_by_key
    inner join customers on bought_by_key.customer_durable_key = customers.customer_durable_key

),

ranked as (

    -- equal customers get equal scores, which ntile() would not give them
    select
        *,
        count(*) over () as customer_count,
        rank() over (order by last_sale_date_key) as recency_rank,
        rank() over (order by receipt_count) as frequency_rank,
        rank() over (order by net_amount) as value_rank
    from bought

),

scored as (

    select
        *,
        {{ fifth_of('recency_rank', 'customer_count') }} as recency_score,
        {{ fifth_of('frequency_rank', 'customer_count') }} as frequency_score,
        {{ fifth_of('value_rank', 'customer_count') }} as value_score
    from ranked

),

final as (

    select
        customer_durable_key,
        tier,
        is_store_customer,
        first_sale_date_key,
        last_sale_date_key,
        cast(receipt_count as {{ dbt.type_bigint() }}) as receipt_count,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(recency_score as {{ dbt.type_int() }}) as recency_score,
        cast(frequency_score as {{ dbt.type_int() }}) as frequency_score,
        cast(value_score as {{ dbt.type_int() }}) as value_score,
        {{ rfm_segment('recency_score', 'frequency_score', 'value_score') }} as segment,
        {{ audit_key() }} as audit_key
    from scored

)

select * from final
