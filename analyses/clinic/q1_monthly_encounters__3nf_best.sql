-- How many encounters, and how many different patients, did each specialty see each month, by type of encounter?
with encounters as (

    select * from {{ source('clinic', 'encounters') }}

),

providers as (

    select * from {{ source('clinic', 'providers') }}

),

specialties as (

    select * from {{ source('clinic', 'specialties') }}

),

patient_months as (

    -- one row per patient and cell: counting rows is cheaper than count(distinct)
    select
        {{ dbt.date_trunc('month', 'encounters.encounter_date') }} as month_start,
        providers.specialty_id,
        encounters.encounter_type,
        encounters.patient_id,
        count(*) as encounters
    from encounters
    inner join providers on encounters.provider_id = providers.provider_id
    group by month_start, providers.specialty_id, encounters.encounter_type, encounters.patient_id

),

cells as (

    select
        month_start,
        specialty_id,
        encounter_type,
        cast(sum(encounters) as {{ dbt.type_bigint() }}) as encounters,
        count(*) as patients
    from patient_months
    group by month_start, specialty_id, encounter_type

),

final as (

    -- text joins last, to a thousand rows instead of a million
    select
        cast(cells.month_start as date) as month,
        specialties.specialty_name,
        cells.encounter_type,
        cells.encounters,
        cells.patients
    from cells
    inner join specialties on cells.specialty_id = specialties.specialty_id

)

select * from final
order by month, specialty_name, encounter_type
