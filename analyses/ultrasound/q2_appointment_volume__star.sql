-- How many appointments are there in each month, of how many patients, and at how many was something done?
with appointments as (

    select * from {{ ref('fact_appointments') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

cells as (

    select
        appointment_month_key,
        count(*) as appointments,
        count(distinct case when patient_durable_key > 0 then patient_durable_key end) as patients,
        count(case when was_examined then 1 end) as examined
    from appointments
    group by appointment_month_key

),

final as (

    select
        months.month_start as month,
        cells.appointments,
        cells.patients,
        cells.examined
    from cells
    inner join months on cells.appointment_month_key = months.month_key

)

select * from final
order by month
