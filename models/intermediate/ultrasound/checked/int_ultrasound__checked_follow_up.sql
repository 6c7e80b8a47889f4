with follow_ups as (

    select * from {{ ref('stg_ultrasound__follow_up') }}

),

appointments as (

    select * from {{ ref('int_ultrasound__checked_appointments') }}
    where broken_rule is null

),

checked as (

    select
        follow_ups.*,
        case
            when follow_ups.follow_up_id is null then 'follow_up_id_missing'
            when
                {{ duplicate_number(
                    'follow_ups.follow_up_id',
                    ['follow_ups.patient_id', 'follow_ups.appointment_id', 'follow_ups.follow_up_date'],
                    then_text=['follow_ups.notes'],
                ) }} > 1
                then 'follow_up_id_repeated'
            when appointments.appointment_id is null then 'follow_up_appointment_unknown'
            when follow_ups.patient_id <> appointments.patient_id then 'follow_up_of_another_patient'
        end as broken_rule
    from follow_ups
    left join appointments on follow_ups.appointment_id = appointments.appointment_id

)

select * from checked
