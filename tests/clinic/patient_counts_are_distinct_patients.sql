-- The aggregate's patients, which come from a 0/1 measure, are the distinct patients of the fact's cells.
with encounters as (

    select * from {{ ref('fact_encounters') }}

),

encounters_by_month as (

    select * from {{ ref('agg_encounters_by_month') }}

),

counted as (

    select
        start_month_key,
        current_specialty_durable_key,
        encounter_type_key,
        count(distinct nullif(patient_durable_key, -1)) as patient_count
    from encounters
    group by start_month_key, current_specialty_durable_key, encounter_type_key

),

final as (

    select
        start_month_key,
        current_specialty_durable_key,
        encounter_type_key,
        patient_count
    from counted
    except
    select
        start_month_key,
        current_specialty_durable_key,
        encounter_type_key,
        patient_count
    from encounters_by_month

)

select * from final
