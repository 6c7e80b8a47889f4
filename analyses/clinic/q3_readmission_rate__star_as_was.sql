-- What share of each specialty's inpatients came back within 30 days of discharge: at all, and as inpatients?
-- As it was: a stay counts for the specialty that its provider had when it started, under its name of then.
with encounters as (

    select * from {{ ref('fact_encounters') }}

),

specialties as (

    select * from {{ ref('dim_specialty') }}

),

counts as (

    select
        specialties.specialty_name,
        count(*) as index_stays,
        cast(sum(encounters.readmission_count) as {{ dbt.type_bigint() }}) as readmissions,
        cast(sum(encounters.inpatient_readmission_count) as {{ dbt.type_bigint() }}) as inpatient_readmissions
    from encounters
    inner join specialties on encounters.specialty_key = specialties.specialty_key
    where encounters.index_stay_count = 1
    group by specialties.specialty_name

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
