-- How many encounters, and how many different patients, did each specialty see each month, by type of encounter?
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

encounter_types as (

    select * from {{ ref('dim_encounter_type') }}

),

final as (

    -- several versions of a specialty can bear one name, and patient_month_count adds up only under the specialties of
    -- now; so text comes first here, and patients are counted
    select
        months.month_start as month,
        specialties.specialty_name,
        encounter_types.encounter_type,
        count(*) as encounters,
        count(distinct nullif(encounters.patient_durable_key, -1)) as patients
    from encounters
    inner join months on encounters.start_month_key = months.month_key
    inner join specialties on encounters.specialty_key = specialties.specialty_key
    inner join encounter_types on encounters.encounter_type_key = encounter_types.encounter_type_key
    group by months.month_start, specialties.specialty_name, encounter_types.encounter_type

)

select * from final
order by month, specialty_name, encounter_type
