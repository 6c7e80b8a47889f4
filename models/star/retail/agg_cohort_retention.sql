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
        cells.*,
        first_months.month_start as first_month,
        12 * (months.calendar_year - first_months.calendar_year)
        + months.month_of_year - first_months.month_of_year as months_since,
        max(case when cells.sale_month_key = cells.first_month_key then cells.customer_count end)
            over (partition by cells.first_month_key) as cohort_size
    from cells
    inner join months on cells.sale_month_key = months.month_key
    inner join months as first_months on cells.first_month_key = first_months.month_key

),

final as (

    select
        first_month_key,
        sale_month_key,
        first_month,
        cast(months_since as {{ dbt.type_int() }}) as months_since,
        customer_count,
        {{ rate('customer_count', 'cohort_size') }} as retention_rate,
        {{ audit_key() }} as audit_key
    from counted

)

select * from final
