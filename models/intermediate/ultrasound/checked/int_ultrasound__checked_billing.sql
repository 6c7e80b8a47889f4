with bills as (

    select * from {{ ref('stg_ultrasound__billing') }}

),

appointments as (

    select * from {{ ref('int_ultrasound__checked_appointments') }}
    where broken_rule is null

),

checked as (

    select
        bills.*,
        case
            when bills.bill_id is null then 'bill_id_missing'
            when
                {{ duplicate_number(
                    'bills.bill_id',
                    ['bills.patient_id', 'bills.appointment_id', 'bills.billed_amount'],
                    then_text=['bills.payment_status'],
                ) }} > 1
                then 'bill_id_repeated'
            when appointments.appointment_id is null then 'bill_appointment_unknown'
            when bills.patient_id <> appointments.patient_id then 'bill_of_another_patient'
            when bills.billed_amount is null or bills.billed_amount < 0 then 'bill_amount_missing_or_negative'
            when coalesce(bills.payment_status, '') not in ('Paid', 'Pending') then 'bill_status_unknown'
        end as broken_rule
    from bills
    left join appointments on bills.appointment_id = appointments.appointment_id

)

select * from checked
