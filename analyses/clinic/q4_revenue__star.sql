-- What revenue (allowed amounts of claims that were not denied) did the encounters of each month bring each specialty?
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
        cast(sum(revenue_amount) as decimal(18, 2)) as revenue
    from encounters
    where claim_count > denied_claim_count
    group by start_month_key, current_specialty_durable_key

),

final as (

    select
        months.month_start as month,
        specialties.specialty_name,
        cells.revenue
    from cells
    inner join months on cells.start_month_key = months.month_key
    inner join specialties on cells.current_specialty_durable_key = specialties.specialty_durable_key

)

select * from final
order by month, specialty_name
