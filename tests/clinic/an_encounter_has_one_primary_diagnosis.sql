-- An encounter with diagnoses has exactly one that is primary.
with encounter_diagnoses as (

    select * from {{ ref('bridge_encounter_diagnosis') }}

),

final as (

    select
        encounter_id,
        sum(case when is_primary then 1 else 0 end) as primary_diagnoses
    from encounter_diagnoses
    where diagnosis_key <> -2
    group by encounter_id
    having sum(case when is_primary then 1 else 0 end) <> 1

)

select * from final
