-- How many days after the appointment does the first report come, by age group and gender of the patient?
with exams as (

    select * from {{ ref('fact_ultrasound_exams') }}

),

patients as (

    select * from {{ ref('dim_ultrasound_patient_current') }}

),

final as (

    select
        exams.age_group,
        patients.gender,
        count(*) as reported_exams,
        {{ rate('sum(exams.days_to_report)', 'count(*)') }} as average_days,
        max(exams.days_to_report) as longest_days
    from exams
    inner join patients on exams.patient_durable_key = patients.patient_durable_key
    where exams.report_count > 0
    group by exams.age_group, patients.gender

)

select * from final
order by age_group, gender
