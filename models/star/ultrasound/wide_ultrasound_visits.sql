with patients as (

    select * from {{ ref('dim_ultrasound_patient_current') }}

),

doctors as (

    select * from {{ ref('dim_ultrasound_doctor') }}

),

departments as (

    select * from {{ ref('dim_ultrasound_department') }}

),

exams as (

    select * from {{ ref('fact_ultrasound_exams') }}

),

reasons as (

    select * from {{ ref('dim_visit_reason') }}

),

findings as (

    select * from {{ ref('dim_ultrasound_finding') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

texts as (

    select * from {{ ref('int_ultrasound__exams') }}

),

bills as (

    select
        appointment_id,
        sum(billed_amount) as billed_amount,
        sum(outstanding_amount) as outstanding_amount
    from {{ ref('fact_ultrasound_bills') }}
    group by appointment_id

),

{%- for what, bridge, dimension in [
    ('conditions', 'bridge_ultrasound_patient_condition', 'dim_ultrasound_condition'),
    ('symptoms', 'bridge_ultrasound_patient_symptom', 'dim_ultrasound_symptom'),
] %}
{%- set member = 'condition' if what == 'conditions' else 'symptom' %}
{%- set text = 'condition_name' if what == 'conditions' else 'symptom' %}

{{ what }} as (

    select
        held.patient_durable_key,
        {{ dbt.listagg('members.' ~ text, "', '", 'order by ' ~ in_code_order('members.' ~ text)) }} as {{ what }}
    from {{ ref(bridge) }} as held
    inner join {{ ref(dimension) }} as members on held.{{ member }}_key = members.{{ member }}_key
    where held.{{ member }}_key > 0
    group by held.patient_durable_key

),
{%- endfor %}

-- every patient that the source has, with an appointment or without, and whose appointments there are
visits as (

    select
        {{ surrogate_key(['patients.patient_id', 'exams.appointment_id']) }} as visit_key,
        patients.patient_id,
        patients.patient_durable_key,
        patients.full_name,
        patients.gender,
        patients.date_of_birth,
        {{ full_years_between('patients.date_of_birth', 'cast(' ~ extracted_at('ultrasound') ~ ' as date)') }} as age,
        exams.appointment_id,
        exams.doctor_key,
        exams.department_key,
        exams.visit_reason_key,
        exams.finding_key,
        exams.first_report_date_key,
        exams.last_report_date_key,
        exams.appointment_at,
        exams.patient_age as age_at_appointment,
        coalesce(exams.exam_status, 'No appointment') as exam_status,
        coalesce(exams.report_count, 0) as report_count,
        exams.days_to_report
    from patients
    left join exams on patients.patient_durable_key = exams.patient_durable_key
    where
        exams.appointment_id is not null
        or (patients.patient_id is not null and not patients.is_deleted)

),

final as (

    select
        visits.visit_key,
        visits.patient_id,
        visits.patient_durable_key,
        visits.full_name,
        visits.gender,
        visits.date_of_birth,
        visits.age,
        visits.appointment_id,
        cast(visits.appointment_at as date) as appointment_date,
        visits.appointment_at,
        visits.age_at_appointment,
        reasons.reason as visit_reason,
        doctors.full_name as doctor_name,
        departments.department_name,
        visits.exam_status,
        findings.finding,
        first_reports.date_day as report_date,
        visits.days_to_report,
        last_reports.date_day as last_report_date,
        texts.last_report_text,
        visits.report_count,
        cast(coalesce(bills.billed_amount, 0) as decimal(12, 2)) as billed_amount,
        cast(coalesce(bills.outstanding_amount, 0) as decimal(12, 2)) as outstanding_amount,
        conditions.conditions,
        symptoms.symptoms,
        {{ audit_key() }} as audit_key
    from visits
    left join doctors on visits.doctor_key = doctors.doctor_key
    left join departments on visits.department_key = departments.department_key
    left join reasons on visits.visit_reason_key = reasons.visit_reason_key
    left join findings on visits.finding_key = findings.finding_key
    left join dates as first_reports on visits.first_report_date_key = first_reports.date_key
    left join dates as last_reports on visits.last_report_date_key = last_reports.date_key
    left join texts on visits.appointment_id = texts.appointment_id
    left join bills on visits.appointment_id = bills.appointment_id
    left join conditions on visits.patient_durable_key = conditions.patient_durable_key
    left join symptoms on visits.patient_durable_key = symptoms.patient_durable_key

)

select * from final
