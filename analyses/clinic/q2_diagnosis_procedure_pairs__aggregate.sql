-- Which diagnoses and procedures occur together most often, counted in encounters that have both?
with pairs as (

    select * from {{ ref('agg_diagnosis_procedure_pairs') }}

),

final as (

    select
        icd10_code,
        icd10_description,
        cpt_code,
        cpt_description,
        encounter_count as encounters
    from pairs

)

select * from final
order by encounters desc, {{ in_code_order('icd10_code') }}, {{ in_code_order('cpt_code') }}
limit {{ var('clinic_top_pairs') }}
