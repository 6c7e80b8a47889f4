{{
    config(
        materialized='incremental',
        unique_key=['diagnosis_key', 'procedure_key'],
        pre_hook=["{{ find_due_counts(encounters_of_changed_pairs(), pairs_due()) }}", "{{ delete_due_counts() }}"],
        post_hook=["{{ note_as_counted() }}", "{{ drop_due_table() }}"],
    )
}}

with diagnoses as (

    select * from {{ ref('dim_diagnosis') }}

),

procedures as (

    select * from {{ ref('dim_procedure') }}

),

-- a code stands once for an encounter, so rows are distinct encounters
pairs as (

    {% if counted_until() is not none -%}
    select
        diagnosis_key,
        procedure_key,
        encounter_count
    from {{ due_table() }}
    where encounter_count > 0
    {%- else -%}
    select
        diagnoses.diagnosis_key,
        procedures.procedure_key,
        count(*) as encounter_count
    from {{ ref('int_clinic__valid_encounter_diagnoses') }} as encounter_diagnoses
    inner join {{ ref('int_clinic__valid_encounter_procedures') }} as encounter_procedures
        on encounter_diagnoses.encounter_id = encounter_procedures.encounter_id
    inner join diagnoses on encounter_diagnoses.diagnosis_id = diagnoses.diagnosis_id
    inner join procedures on encounter_procedures.procedure_id = procedures.procedure_id
    group by diagnoses.diagnosis_key, procedures.procedure_key
    {%- endif %}

),

final as (

    select
        pairs.diagnosis_key,
        diagnoses.icd10_code,
        diagnoses.icd10_description,
        pairs.procedure_key,
        procedures.cpt_code,
        procedures.cpt_description,
        pairs.encounter_count,
        {{ audit_key() }} as audit_key
    from pairs
    inner join diagnoses on pairs.diagnosis_key = diagnoses.diagnosis_key
    inner join procedures on pairs.procedure_key = procedures.procedure_key

)

select * from final
