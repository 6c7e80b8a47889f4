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

final as (

    select
        cast({{ dbt.date_trunc('month', 'encounters.encounter_date') }} as date) as month,
        specialties.specialty_name,
        encounters.encounter_type,
        count(*) as encounters,
        count(distinct encounters.patient_id) as patients
    from encounters
    inner join providers on encounters.provider_id = providers.provider_id
    inner join specialties on providers.specialty_id = specialties.specialty_id
    group by month, specialties.specialty_name, encounters.encounter_type

)

select * from final
order by month, specialty_name, encounter_type
