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

    select
        start_month_key,
        current_specialty_durable_key,
        encounter_type_key,
        count(*) as encounter_count,
        sum(patient_month_count) as patient_count
    from encounters
    group by start_month_key, current_specialty_durable_key, encounter_type_key

),

final as (

    select
        cells.start_month_key,
        months.month_start,
        cells.current_specialty_durable_key,
        specialties.specialty_name,
        cells.encounter_type_key,
        encounter_types.encounter_type,
        cells.encounter_count,
        cast(cells.patient_count as {{ dbt.type_bigint() }}) as patient_count,
        {{ audit_key() }} as audit_key
    from cells
    inner join months on cells.start_month_key = months.month_key
    inner join specialties on cells.current_specialty_durable_key = specialties.specialty_durable_key
    inner join encounter_types on cells.encounter_type_key = encounter_types.encounter_type_key

)

select * from final
