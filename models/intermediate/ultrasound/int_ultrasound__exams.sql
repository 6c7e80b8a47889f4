-- one row per appointment: several results or reports of one must not multiply it
with appointments as (

    select * from {{ ref('int_ultrasound__checked_appointments') }}
    where broken_rule is null

),

results as (

    select
        *,
        -- the newest result says what was found
        row_number() over (partition by appointment_id order by result_id desc) as from_the_newest
    from {{ ref('int_ultrasound__checked_ultrasound_results') }}
    where broken_rule is null

),

examined as (

    select
        appointment_id,
        count(*) as result_count,
        count(image_file) as image_count,
        max(case when from_the_newest = 1 then finding end) as finding
    from results
    group by appointment_id

),

reports as (

    select
        *,
        row_number() over (partition by appointment_id order by report_date desc, report_id desc) as from_the_newest
    from {{ ref('int_ultrasound__checked_reports') }}
    where broken_rule is null

),

reported as (

    select
        appointment_id,
        count(*) as report_count,
        min(report_date) as first_report_date,
        max(report_date) as last_report_date,
        max(case when from_the_newest = 1 then report_text end) as last_report_text
    from reports
    group by appointment_id

),

final as (

    select
        appointments.appointment_id,
        appointments.patient_id,
        appointments.doctor_id,
        appointments.reason,
        appointments.appointment_at,
        cast(appointments.appointment_at as date) as appointment_date,
        coalesce(examined.result_count, 0) as result_count,
        coalesce(examined.image_count, 0) as image_count,
        examined.finding,
        coalesce(reported.report_count, 0) as report_count,
        reported.first_report_date,
        reported.last_report_date,
        reported.last_report_text,
        {{ calendar_days_between('cast(appointments.appointment_at as date)', 'reported.first_report_date') }}
            as days_to_report,
        {{ calendar_days_between('cast(appointments.appointment_at as date)', 'reported.last_report_date') }}
            as days_to_last_report
    from appointments
    left join examined on appointments.appointment_id = examined.appointment_id
    left join reported on appointments.appointment_id = reported.appointment_id

)

select * from final
