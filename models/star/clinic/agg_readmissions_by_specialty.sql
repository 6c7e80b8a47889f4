with encounters as (

    select * from {{ ref('fact_encounters') }}

),

specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

counts as (

    select
        current_specialty_durable_key,
        count(*) as index_stay_count,
        sum(readmission_count) as readmission_count,
        sum(inpatient_readmission_count) as inpatient_readmission_count
    from encounters
    where index_stay_count = 1
    group by current_specialty_durable_key

),

final as (

    select
        counts.current_specialty_durable_key,
        specialties.specialty_name,
        counts.index_stay_count,
        cast(counts.readmission_count as {{ dbt.type_bigint() }}) as readmission_count,
        {{ rate('counts.readmission_count', 'counts.index_stay_count') }} as readmission_rate,
        cast(counts.inpatient_readmission_count as {{ dbt.type_bigint() }}) as inpatient_readmission_count,
        {{ rate('counts.inpatient_readmission_count', 'counts.index_stay_count') }} as inpatient_readmission_rate,
        {{ audit_key() }} as audit_key
    from counts
    inner join specialties on counts.current_specialty_durable_key = specialties.specialty_durable_key

)

select * from final
