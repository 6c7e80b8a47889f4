with appointments as (

    select * from {{ ref('stg_ultrasound__appointments') }}

),

checked as (

    select
        *,
        case
            when appointment_id is null then 'appointment_id_missing'
            when
                {{ duplicate_number(
                    'appointment_id',
                    ['patient_id', 'doctor_id', 'appointment_at'],
                    then_text=['reason'],
                ) }} > 1
                then 'appointment_id_repeated'
            when appointment_at is null then 'appointment_date_missing'
            when not {{ in_calendar('appointment_at') }} then 'appointment_date_outside_calendar'
        end as broken_rule
    from appointments

)

select * from checked
