-- Which diagnoses and procedures occur together most often, counted in encounters that have both?
with encounter_diagnoses as (

    select * from {{ ref('bridge_encounter_diagnosis') }}

),

encounter_procedures as (

    select * from {{ ref('bridge_encounter_procedure') }}

),

diagnoses as (

    select * from {{ ref('dim_diagnosis') }}

),

procedures as (

    select * from {{ ref('dim_procedure') }}

),

pairs as (

    -- the bridges hold a code once per encounter, so rows are distinct encounters; -2 is "none recorded"
    select
        encounter_diagnoses.diagnosis_key,
        encounter_procedures.procedure_key,
        count(*) as encounters
    from encounter_diagnoses
    inner join encounter_procedures on encounter_diagnoses.encounter_id = encounter_procedures.encounter_id
    where
        encounter_diagnoses.diagnosis_key <> -2
        and encounter_procedures.procedure_key <> -2
    group by encounter_diagnoses.diagnosis_key, encounter_procedures.procedure_key

),

final as (

    select
        diagnoses.icd10_code,
        diagnoses.icd10_description,
        procedures.cpt_code,
        procedures.cpt_description,
        pairs.encounters
    from pairs
    inner join diagnoses on pairs.diagnosis_key = diagnoses.diagnosis_key
    inner join procedures on pairs.procedure_key = procedures.procedure_key

)

select * from final
order by encounters desc, {{ in_code_order('icd10_code') }}, {{ in_code_order('cpt_code') }}
limit {{ var('clinic_top_pairs') }}
