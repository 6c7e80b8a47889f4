with results as (

    select * from {{ ref('stg_ultrasound__ultrasound_results') }}

),

appointments as (

    select * from {{ ref('int_ultrasound__checked_appointments') }}
    where broken_rule is null

),

checked as (

    select
        results.*,
        case
            when results.result_id is null then 'result_id_missing'
            when
                {{ duplicate_number(
                    'results.result_id',
                    ['results.patient_id', 'results.appointment_id'],
                    then_text=['results.image_file', 'results.finding'],
                ) }} > 1
                then 'result_id_repeated'
            when appointments.appointment_id is null then 'result_appointment_unknown'
            when results.patient_id <> appointments.patient_id then 'result_of_another_patient'
        end as broken_rule
    from results
    left join appointments on results.appointment_id = appointments.appointment_id

)

select * from checked
