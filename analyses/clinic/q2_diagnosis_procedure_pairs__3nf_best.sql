-- Which diagnoses and procedures occur together most often, counted in encounters that have both?
with encounter_diagnoses as (

    -- without repeats on either side, every joined row is another encounter
    select distinct
        encounter_id,
        diagnosis_id
    from {{ source('clinic', 'encounter_diagnoses') }}

),

encounter_procedures as (

    select distinct
        encounter_id,
        procedure_id
    from {{ source('clinic', 'encounter_procedures') }}

),

diagnoses as (

    select * from {{ source('clinic', 'diagnoses') }}

),

procedures as (

    select * from {{ source('clinic', 'procedures') }}

),

pairs as (

    select
        encounter_diagnoses.diagnosis_id,
        encounter_procedures.procedure_id,
        count(*) as encounters
    from encounter_diagnoses
    inner join encounter_procedures
        on encounter_diagnoses.encounter_id = encounter_procedures.encounter_id
    group by encounter_diagnoses.diagnosis_id, encounter_procedures.procedure_id

),

final as (

    select
        diagnoses.icd10_code,
        diagnoses.icd10_description,
        procedures.cpt_code,
        procedures.cpt_description,
        pairs.encounters
    from pairs
    inner join diagnoses on pairs.diagnosis_id = diagnoses.diagnosis_id
    inner join procedures on pairs.procedure_id = procedures.procedure_id

)

select * from final
order by encounters desc, {{ in_code_order('icd10_code') }}, {{ in_code_order('cpt_code') }}
limit {{ var('clinic_top_pairs') }}
