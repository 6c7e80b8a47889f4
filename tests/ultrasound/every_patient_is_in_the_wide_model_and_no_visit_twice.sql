-- Every valid patient stands in the wide model, and every appointment does once.
with expected as (

    select
        patients.patient_id,
        appointments.appointment_id
    from {{ ref('int_ultrasound__valid_patients') }} as patients
    left join {{ ref('int_ultrasound__exams') }} as appointments on patients.patient_id = appointments.patient_id

),

counted as (

    select
        expected.patient_id,
        expected.appointment_id,
        count(visits.visit_key) as times
    from expected
    left join {{ ref('wide_ultrasound_visits') }} as visits
        on
            expected.patient_id = visits.patient_id
            and coalesce(expected.appointment_id, -1) = coalesce(visits.appointment_id, -1)
    group by expected.patient_id, expected.appointment_id

)

select * from counted
where times <> 1
