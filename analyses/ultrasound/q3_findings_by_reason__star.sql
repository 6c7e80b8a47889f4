-- What is found at exams, by what the patients come for, and what share of the exams for that reason is it?
with exams as (

    select * from {{ ref('fact_ultrasound_exams') }}

),

reasons as (

    select * from {{ ref('dim_visit_reason') }}

),

findings as (

    select * from {{ ref('dim_ultrasound_finding') }}

),

cells as (

    select
        visit_reason_key,
        finding_key,
        count(*) as exams
    from exams
    where result_count > 0
    group by visit_reason_key, finding_key

),

final as (

    select
        reasons.reason,
        findings.finding,
        cells.exams,
        {{ rate('cells.exams', 'sum(cells.exams) over (partition by cells.visit_reason_key)') }} as share_of_reason
    from cells
    inner join reasons on cells.visit_reason_key = reasons.visit_reason_key
    inner join findings on cells.finding_key = findings.finding_key

)

select * from final
order by reason asc, exams desc, finding asc
