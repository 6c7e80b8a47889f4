-- What share of each specialty's inpatients came back within 30 days of discharge: at all, and as inpatients?
with readmissions_by_month as (

    select * from {{ ref('agg_readmissions_by_month') }}

),

counts as (

    select
        specialty_name,
        cast(sum(index_stay_count) as {{ dbt.type_bigint() }}) as index_stays,
        cast(sum(readmission_count) as {{ dbt.type_bigint() }}) as readmissions,
        cast(sum(inpatient_readmission_count) as {{ dbt.type_bigint() }}) as inpatient_readmissions
    from readmissions_by_month
    group by specialty_name

),

final as (

    select
        specialty_name,
        index_stays,
        readmissions,
        {{ rate('readmissions', 'index_stays') }} as readmission_rate,
        inpatient_readmissions,
        {{ rate('inpatient_readmissions', 'index_stays') }} as inpatient_readmission_rate
    from counts

)

select * from final
order by specialty_name
