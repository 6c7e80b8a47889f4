-- What do the appointments of each month and department bring, and how much of it is not paid yet?
-- As it was: a bill counts for the department that the doctor belonged to on the day.
with departments as (

    select * from {{ ref('dim_ultrasound_department') }}

),

bills as (

    select * from {{ ref('fact_ultrasound_bills') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

final as (

    select
        months.month_start as month,
        departments.department_name,
        count(*) as bills,
        cast(sum(bills.billed_amount) as decimal(18, 2)) as billed,
        cast(sum(bills.paid_amount) as decimal(18, 2)) as paid,
        cast(sum(bills.outstanding_amount) as decimal(18, 2)) as outstanding
    from bills
    inner join months on bills.appointment_month_key = months.month_key
    inner join departments on bills.department_key = departments.department_key
    group by months.month_start, departments.department_name

)

select * from final
order by month, department_name
