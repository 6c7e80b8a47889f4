-- How many appointments are there in each month, of how many patients, and at how many was something done?
with appointments as (

    select * from {{ source('ultrasound', 'Appointments') }}

),

results as (

    select * from {{ source('ultrasound', 'Ultrasound_Results') }}

),

examined as (

    select distinct "AppointmentID" as appointment_id
    from results

),

final as (

    select
        cast({{ dbt.date_trunc('month', 'appointments."AppointmentDate"') }} as date) as month,
        count(*) as appointments,
        count(distinct appointments."PatientID") as patients,
        count(examined.appointment_id) as examined
    from appointments
    left join examined on appointments."AppointmentID" = examined.appointment_id
    group by month

)

select * from final
order by month
