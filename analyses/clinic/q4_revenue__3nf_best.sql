-- How much of the claims for each month's encounters do insurers pay each specialty, denied claims left out?
with billing as (

    select * from {{ source('clinic', 'billing') }}

),

encounters as (

    select * from {{ source('clinic', 'encounters') }}

),

providers as (

    select * from {{ source('clinic', 'providers') }}

),

specialties as (

    select * from {{ source('clinic', 'specialties') }}

),

claims_by_encounter as (

    -- fewer and narrower rows into the join; an amount small enough to be summed again quickly
    select
        encounter_id,
        cast(sum(coalesce(allowed_amount, 0)) as decimal(12, 2)) as allowed_amount
    from billing
    where claim_status <> 'Denied'
    group by 1

),

cells as (

    select
        {{ dbt.date_trunc('month', 'encounters.encounter_date') }} as month_start,
        providers.specialty_id,
        cast(sum(claims_by_encounter.allowed_amount) as decimal(18, 2)) as revenue
    from claims_by_encounter
    inner join encounters on claims_by_encounter.encounter_id = encounters.encounter_id
    inner join providers on encounters.provider_id = providers.provider_id
    group by 1, 2

),

final as (

    select
        cast(cells.month_start as date) as month,
        specialties.specialty_name,
        cells.revenue
    from cells
    inner join specialties on cells.specialty_id = specialties.specialty_id

)

select * from final
order by month, specialty_name
