with exams as (

    select * from {{ ref('int_ultrasound__exams') }}

),

patients as (

    select * from {{ ref('dim_ultrasound_patient') }}

),

doctors as (

    select * from {{ ref('dim_ultrasound_doctor') }}

),

reasons as (

    select * from {{ ref('dim_visit_reason') }}

),

findings as (

    select * from {{ ref('dim_ultrasound_finding') }}

),

found as (

    select
        exams.appointment_id,
        coalesce(patients.patient_key, -1) as patient_key,
        coalesce(patients.patient_durable_key, -1) as patient_durable_key,
        coalesce(doctors.doctor_key, -1) as doctor_key,
        coalesce(doctors.doctor_durable_key, -1) as doctor_durable_key,
        coalesce(doctors.department_key, -1) as department_key,
        coalesce(reasons.visit_reason_key, -1) as visit_reason_key,
        case
            when exams.result_count = 0 then -3
            else coalesce(findings.finding_key, -1)
        end as finding_key,
        {{ date_key('exams.appointment_date') }} as booked_date_key,
        -- the source has no day of its own for the exam: it is that of the appointment
        case
            when exams.result_count = 0 then -3
            else {{ date_key('exams.appointment_date') }}
        end as performed_date_key,
        coalesce({{ date_key('exams.first_report_date') }}, -3) as first_report_date_key,
        coalesce({{ date_key('exams.last_report_date') }}, -3) as last_report_date_key,
        exams.appointment_at,
        case
            when exams.report_count > 0 then 'Reported'
            when exams.result_count > 0 then 'Performed'
            else 'Booked'
        end as exam_status,
        {{ full_years_between('patients.date_of_birth', 'exams.appointment_date') }} as patient_age,
        cast(exams.result_count as {{ dbt.type_int() }}) as result_count,
        cast(exams.image_count as {{ dbt.type_int() }}) as image_count,
        cast(exams.report_count as {{ dbt.type_int() }}) as report_count,
        cast(exams.days_to_report as {{ dbt.type_int() }}) as days_to_report,
        cast(exams.days_to_last_report as {{ dbt.type_int() }}) as days_to_last_report
    from exams
    left join patients
        on
            exams.patient_id = patients.patient_id
            and {{ valid_at('patients', 'exams.appointment_at') }}
    left join doctors
        on
            exams.doctor_id = doctors.doctor_id
            and {{ valid_at('doctors', 'exams.appointment_at') }}
    left join reasons on exams.reason = reasons.reason
    left join findings on exams.finding = findings.finding

),

final as (

    select
        *,
        {{ age_group('patient_age') }} as age_group,
        {{ audit_key() }} as audit_key
    from found

)

select * from final
