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

bills as (

    select
        appointment_id,
        count(*) as bill_count
    from {{ ref('int_ultrasound__checked_billing') }}
    where broken_rule is null
    group by appointment_id

),

follow_ups as (

    select
        appointment_id,
        count(*) as follow_up_count
    from {{ ref('int_ultrasound__care') }}
    where appointment_id is not null
    group by appointment_id

),

final as (

    select
        exams.appointment_id,
        coalesce(patients.patient_key, -1) as patient_key,
        coalesce(patients.patient_durable_key, -1) as patient_durable_key,
        coalesce(doctors.doctor_key, -1) as doctor_key,
        coalesce(doctors.doctor_durable_key, -1) as doctor_durable_key,
        coalesce(doctors.department_key, -1) as department_key,
        coalesce(reasons.visit_reason_key, -1) as visit_reason_key,
        {{ date_key('exams.appointment_date') }} as appointment_date_key,
        {{ month_key('exams.appointment_date') }} as appointment_month_key,
        exams.appointment_at,
        exams.result_count > 0 as was_examined,
        cast(exams.result_count as {{ dbt.type_int() }}) as result_count,
        cast(exams.report_count as {{ dbt.type_int() }}) as report_count,
        cast(coalesce(bills.bill_count, 0) as {{ dbt.type_int() }}) as bill_count,
        cast(coalesce(follow_ups.follow_up_count, 0) as {{ dbt.type_int() }}) as follow_up_count,
        {{ audit_key() }} as audit_key
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
    left join bills on exams.appointment_id = bills.appointment_id
    left join follow_ups on exams.appointment_id = follow_ups.appointment_id

)

select * from final
