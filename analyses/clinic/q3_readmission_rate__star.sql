-- What share of each specialty's inpatients came back within 30 days of discharge: at all, and as inpatients?
with encounters as (

    select * from {{ ref('fact_encounters') }}

),

specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

counts as (

    select
        current_specialty_durable_key,
        count(*) as index_stays,
        cast(sum(readmission_count) as {{ dbt.type_bigint() }}) as readmissions,
        cast(sum(inpatient_readmission_count) as {{ dbt.type_bigint() }}) as inpatient_readmissions
    from encounters
    where index_stay_count = 1
    group by current_specialty_durable_key

),

final as (

    select
        specialties.specialty_name,
        counts.index_stays,
        counts.readmissions,
        {{ rate('counts.readmissions', 'counts.index_stays') }} as readmission_rate,
        counts.inpatient_readmissions,
        {{ rate('counts.inpatient_readmissions', 'counts.index_stays') }} as inpatient_readmission_rate
    from counts
    inner join specialties on counts.current_specialty_durable_key = specialties.specialty_durable_key

)

select * from final
order by specialty_name
