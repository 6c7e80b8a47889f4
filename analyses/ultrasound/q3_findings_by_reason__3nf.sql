-- What is found at exams, by what the patients come for, and what share of the exams for that reason is it?
with appointments as (

    select * from {{ source('ultrasound', 'Appointments') }}

),

results as (

    select * from {{ source('ultrasound', 'Ultrasound_Results') }}

),

-- an appointment with several results counts once, with its newest
newest as (

    select
        "AppointmentID" as appointment_id,
        max("ResultID") as result_id
    from results
    group by "AppointmentID"

),

cells as (

    select
        appointments."Reason" as reason,
        results."Report" as finding,
        count(*) as exams
    from newest
    inner join results on newest.result_id = results."ResultID"
    inner join appointments on newest.appointment_id = appointments."AppointmentID"
    group by appointments."Reason", results."Report"

),

final as (

    select
        reason,
        finding,
        exams,
        {{ rate('exams', 'sum(exams) over (partition by reason)') }} as share_of_reason
    from cells

)

select * from final
order by reason asc, exams desc, finding asc
