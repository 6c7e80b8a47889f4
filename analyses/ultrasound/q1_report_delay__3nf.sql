-- How many days after the appointment does the first report come, by age group and gender of the patient?
with patients as (

    select * from {{ source('ultrasound', 'Patients') }}

),

appointments as (

    select * from {{ source('ultrasound', 'Appointments') }}

),

reports as (

    select * from {{ source('ultrasound', 'Reports') }}

),

first_reports as (

    select
        "AppointmentID" as appointment_id,
        min("ReportDate") as report_date
    from reports
    group by "AppointmentID"

),

delays as (

    select
        patients."Gender" as gender,
        {{ full_years_between('patients."DateOfBirth"', 'appointments."AppointmentDate"') }} as age,
        {{ calendar_days_between('cast(appointments."AppointmentDate" as date)', 'first_reports.report_date') }}
            as days_to_report
    from first_reports
    inner join appointments on first_reports.appointment_id = appointments."AppointmentID"
    inner join patients on appointments."PatientID" = patients."PatientID"

),

grouped as (

    select
        {{ age_group('age') }} as age_group,
        gender,
        days_to_report
    from delays

),

final as (

    select
        age_group,
        gender,
        count(*) as reported_exams,
        {{ rate('sum(days_to_report)', 'count(*)') }} as average_days,
        max(days_to_report) as longest_days
    from grouped
    group by age_group, gender

)

select * from final
order by age_group, gender
