-- Of the customers whose first receipt is of a month, which share bought again in each month after it?
with cohorts as (

    select * from {{ ref('agg_cohort_retention') }}

),

final as (

    select
        first_month,
        months_since,
        customer_count,
        retention_rate
    from cohorts

)

select * from final
order by first_month, months_since
