with dates as (

    select * from {{ ref('dim_date') }}

),

final as (

    -- the default members keep their row: a month can be unknown, too
    select
        month_key,
        month_start,
        month_name,
        max(month_of_year) as month_of_year,
        max(calendar_quarter) as calendar_quarter,
        max(calendar_year) as calendar_year,
        max(fiscal_month) as fiscal_month,
        max(fiscal_quarter) as fiscal_quarter,
        max(fiscal_year) as fiscal_year,
        cast(count(date_day) as {{ dbt.type_int() }}) as day_count,
        {{ audit_key() }} as audit_key
    from dates
    group by month_key, month_start, month_name

)

select * from final
