-- How many encounters, and how many different patients, did each specialty see each month, by type of encounter?
with encounters as (

    select * from {{ ref('fact_encounters') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

encounter_types as (

    select * from {{ ref('dim_encounter_type') }}

),

cells as (

    -- group by keys; text is joined to the few rows that are left
    select
        start_month_key,
        current_specialty_durable_key,
        encounter_type_key,
        count(*) as encounters,
        cast(sum(patient_month_count) as {{ dbt.type_bigint() }}) as patients
    from encounters
    group by start_month_key, current_specialty_durable_key, encounter_type_key

),

final as (

    select
        months.month_start as month,
        specialties.specialty_name,
        encounter_types.encounter_type,
        cells.encounters,
        cells.patients
    from cells
    inner join months on cells.start_month_key = months.month_key
    inner join specialties on cells.current_specialty_durable_key = specialties.specialty_durable_key
    inner join encounter_types on cells.encounter_type_key = encounter_types.encounter_type_key

)

select * from final
order by month, specialty_name, encounter_type
