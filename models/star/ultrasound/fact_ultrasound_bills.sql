with bills as (

    select * from {{ ref('int_ultrasound__checked_billing') }}
    where broken_rule is null

),

appointments as (

    select * from {{ ref('fact_appointments') }}

),

exams as (

    select * from {{ ref('int_ultrasound__exams') }}

),

-- of the policies that had not run out on the day of the appointment, the one that lasts longest
policies as (

    select
        exams.appointment_id,
        policies.insurance_key,
        row_number() over (
            partition by exams.appointment_id
            order by policies.expires_on desc, policies.insurance_id asc
        ) as choice
    from exams
    inner join {{ ref('dim_ultrasound_insurance') }} as policies
        on
            exams.patient_id = policies.patient_id
            and exams.appointment_date <= policies.expires_on

),

final as (

    select
        bills.bill_id,
        bills.appointment_id,
        appointments.patient_key,
        appointments.patient_durable_key,
        appointments.doctor_key,
        appointments.doctor_durable_key,
        appointments.department_key,
        appointments.visit_reason_key,
        coalesce(policies.insurance_key, -2) as insurance_key,
        appointments.appointment_date_key,
        appointments.appointment_month_key,
        bills.payment_status,
        cast(bills.billed_amount as decimal(12, 2)) as billed_amount,
        cast(case when bills.payment_status = 'Paid' then bills.billed_amount else 0 end as decimal(12, 2))
            as paid_amount,
        cast(case when bills.payment_status = 'Paid' then 0 else bills.billed_amount end as decimal(12, 2))
            as outstanding_amount,
        {{ audit_key() }} as audit_key
    from bills
    inner join appointments on bills.appointment_id = appointments.appointment_id
    left join policies
        on
            bills.appointment_id = policies.appointment_id
            and policies.choice = 1

)

select * from final
