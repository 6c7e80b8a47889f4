-- Which diagnoses and procedures occur together most often, counted in encounters that have both?
with encounter_diagnoses as (

    select * from {{ source('clinic', 'encounter_diagnoses') }}

),

encounter_procedures as (

    select * from {{ source('clinic', 'encounter_procedures') }}

),

diagnoses as (

    select * from {{ source('clinic', 'diagnoses') }}

),

procedures as (

    select * from {{ source('clinic', 'procedures') }}

),

final as (

    -- distinct: an encounter may name the same diagnosis or procedure twice
    select
        diagnoses.icd10_code,
        diagnoses.icd10_description,
        procedures.cpt_code,
        procedures.cpt_description,
        count(distinct encounter_diagnoses.encounter_id) as encounters
    from encounter_diagnoses
    inner join encounter_procedures
        on encounter_diagnoses.encounter_id = encounter_procedures.encounter_id
    inner join diagnoses on encounter_diagnoses.diagnosis_id = diagnoses.diagnosis_id
    inner join procedures on encounter_procedures.procedure_id = procedures.procedure_id
    group by
        diagnoses.icd10_code,
        diagnoses.icd10_description,
        procedures.cpt_code,
        procedures.cpt_description

)

select * from final
order by encounters desc, {{ in_code_order('icd10_code') }}, {{ in_code_order('cpt_code') }}
limit {{ var('clinic_top_pairs') }}
