-- What revenue (allowed amounts of claims that were not denied) did the encounters of each month bring each specialty?
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

cells as (

    -- summing claims by encounter first was tried: one aggregate more costs what the narrower join saves
    select
        {{ dbt.date_trunc('month', 'encounters.encounter_date') }} as month_start,
        providers.specialty_id,
        cast(sum(coalesce(billing.allowed_amount, 0)) as decimal(18, 2)) as revenue
    from billing
    inner join encounters on billing.encounter_id = encounters.encounter_id
    inner join providers on encounters.provider_id = providers.provider_id
    where billing.claim_status <> 'Denied'
    group by month_start, providers.specialty_id

),

final as (

    -- text joins last, to a few hundred rows instead of a million
    select
        cast(cells.month_start as date) as month,
        specialties.specialty_name,
        cells.revenue
    from cells
    inner join specialties on cells.specialty_id = specialties.specialty_id

)

select * from final
order by month, specialty_name
