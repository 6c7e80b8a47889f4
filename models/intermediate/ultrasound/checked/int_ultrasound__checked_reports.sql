with reports as (

    select * from {{ ref('stg_ultrasound__reports') }}

),

appointments as (

    select * from {{ ref('int_ultrasound__checked_appointments') }}
    where broken_rule is null

),

checked as (

    select
        reports.*,
        case
            when reports.report_id is null then 'report_id_missing'
            when
                {{ duplicate_number(
                    'reports.report_id',
                    ['reports.patient_id', 'reports.appointment_id', 'reports.report_date'],
                    then_text=['reports.report_text'],
                ) }} > 1
                then 'report_id_repeated'
            when appointments.appointment_id is null then 'report_appointment_unknown'
            when reports.patient_id <> appointments.patient_id then 'report_of_another_patient'
            when reports.report_date is null then 'report_date_missing'
            when not {{ in_calendar('reports.report_date') }} then 'report_date_outside_calendar'
            when reports.report_date < cast(appointments.appointment_at as date) then 'report_before_appointment'
        end as broken_rule
    from reports
    left join appointments on reports.appointment_id = appointments.appointment_id

)

select * from checked
