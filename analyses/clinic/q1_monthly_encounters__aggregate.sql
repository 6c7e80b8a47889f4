-- How many encounters, and how many different patients, did each specialty see each month, by type of encounter?
with encounters_by_month as (

    select * from {{ ref('agg_encounters_by_month') }}

),

final as (

    select
        month_start as month,
        specialty_name,
        encounter_type,
        encounter_count as encounters,
        patient_count as patients
    from encounters_by_month

)

select * from final
order by month, specialty_name, encounter_type
