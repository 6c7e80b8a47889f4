-- What revenue (allowed amounts of claims that were not denied) did the encounters of each month bring each specialty?
-- As it was: an encounter counts for the specialty that its provider had when it started, under its name of then.
with encounters as (

    select * from {{ ref('fact_encounters') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

specialties as (

    select * from {{ ref('dim_specialty') }}

),

final as (

    select
        months.month_start as month,
        specialties.specialty_name,
        cast(sum(encounters.revenue_amount) as decimal(18, 2)) as revenue
    from encounters
    inner join months on encounters.start_month_key = months.month_key
    inner join specialties on encounters.specialty_key = specialties.specialty_key
    where encounters.claim_count > encounters.denied_claim_count
    group by months.month_start, specialties.specialty_name

)

select * from final
order by month, specialty_name
