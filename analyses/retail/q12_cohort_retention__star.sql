-- Of the customers whose first receipt is of a month, which share bought again in each month after it?
with receipts as (

    select * from {{ ref('fact_receipts') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

cells as (

    -- each customer is counted once a month, and those without a card never
    select
        first_month_key,
        sale_month_key,
        count(*) as customer_count
    from receipts
    where customer_month_count = 1
    group by first_month_key, sale_month_key

),

counted as (

    select
        first_months.month_start as first_month,
        12 * (months.calendar_year - first_months.calendar_year)
        + months.month_of_year - first_months.month_of_year as months_since,
        cells.customer_count
    from cells
    inner join months on cells.sale_month_key = months.month_key
    inner join months as first_months on cells.first_month_key = first_months.month_key

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
