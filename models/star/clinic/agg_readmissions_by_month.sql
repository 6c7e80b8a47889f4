with encounters as (

    select * from {{ ref('fact_encounters') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

cells as (

    select
        start_month_key,
        current_specialty_durable_key,
        sum(index_stay_count) as index_stay_count,
        sum(readmission_count) as readmission_count,
        sum(inpatient_readmission_count) as inpatient_readmission_count
    from encounters
    where index_stay_count = 1
    group by start_month_key, current_specialty_durable_key

),

final as (

    select
        cells.start_month_key,
        months.month_start,
        cells.current_specialty_durable_key,
        specialties.specialty_name,
        cast(cells.index_stay_count as bigint) as index_stay_count,
        cast(cells.readmission_count as bigint) as readmission_count,
        cast(cells.inpatient_readmission_count as bigint) as inpatient_readmission_count
    from cells
    inner join months on cells.start_month_key = months.month_key
    inner join specialties on cells.current_specialty_durable_key = specialties.specialty_durable_key

)

select * from final
