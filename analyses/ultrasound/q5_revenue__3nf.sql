-- What do the appointments of each month and department bring, and how much of it is not paid yet?
with departments as (

    select * from {{ source('ultrasound', 'Departments') }}

),

doctors as (

    select * from {{ source('ultrasound', 'Doctors') }}

),

appointments as (

    select * from {{ source('ultrasound', 'Appointments') }}

),

bills as (

    select * from {{ source('ultrasound', 'Billing') }}

),

final as (

    select
        cast({{ dbt.date_trunc('month', 'appointments."AppointmentDate"') }} as date) as month,
        departments."DepartmentName" as department_name,
        count(*) as bills,
        cast(sum(bills."TotalAmount") as decimal(18, 2)) as billed,
        cast(sum(case when bills."PaymentStatus" = 'Paid' then bills."TotalAmount" else 0 end) as decimal(18, 2))
            as paid,
        cast(sum(case when bills."PaymentStatus" = 'Paid' then 0 else bills."TotalAmount" end) as decimal(18, 2))
            as outstanding
    from bills
    inner join appointments on bills."AppointmentID" = appointments."AppointmentID"
    inner join doctors on appointments."DoctorID" = doctors."DoctorID"
    inner join departments on doctors."DepartmentID" = departments."DepartmentID"
    group by month, departments."DepartmentName"

)

select * from final
order by month, department_name
