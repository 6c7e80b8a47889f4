-- What share of each specialty's inpatients came back within 30 days of discharge: at all, and as inpatients?
with readmissions_by_specialty as (

    select * from {{ ref('agg_readmissions_by_specialty') }}

),

final as (

    select
        specialty_name,
        index_stay_count as index_stays,
        readmission_count as readmissions,
        readmission_rate,
        inpatient_readmission_count as inpatient_readmissions,
        inpatient_readmission_rate
    from readmissions_by_specialty

)

select * from final
order by specialty_name
