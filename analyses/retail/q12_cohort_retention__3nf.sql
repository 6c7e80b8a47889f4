-- Of the customers whose first receipt is of a month, which share bought again in each month after it?
with sales as (

    select * from {{ source('pos', 'sales') }}

),

bought as (

    -- those who showed a card
    select distinct
        customer_id,
        cast({{ dbt.date_trunc('month', 'sold_at') }} as date) as month
    from sales
    where customer_id is not null

),

first_bought as (

    select
        *,
        min(month) over (partition by customer_id) as first_month
    from bought

),

cells as (

    select
        first_month,
        month,
        count(*) as customer_count
    from first_bought
    group by first_month, month

),

counted as (

    select
        first_month,
        {{ dbt.datediff('first_month', 'month', 'month') }}
            as months_since,
        customer_count
    from cells

),

sized as (

    select
        *,
        max(case when months_since = 0 then customer_count end) over (partition by first_month) as cohort_size
    from counted

),

final as (

    select
        first_month,
        cast(months_since as {{ dbt.type_int() }}) as months_since,
        customer_count,
        {{ rate('customer_count', 'cohort_size') }} as retention_rate
    from sized

)

select * from final
order by first_month, months_since
