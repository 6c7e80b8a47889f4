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

final as (

    -- the month of the encounter, not of the claim, which may be sent weeks later
    select
        cast({{ dbt.date_trunc('month', 'encounters.encounter_date') }} as date) as month,
        specialties.specialty_name,
        cast(sum(coalesce(billing.allowed_amount, 0)) as decimal(18, 2)) as revenue
    from billing
    inner join encounters on billing.encounter_id = encounters.encounter_id
    inner join providers on encounters.provider_id = providers.provider_id
    inner join specialties on providers.specialty_id = specialties.specialty_id
    where billing.claim_status <> 'Denied'
    group by month, specialties.specialty_name

)

select * from final
order by month, specialty_name
