with checked as (

    select * from {{ ref('int_clinic__checked_diagnoses') }}

),

valid as (

    select
        diagnosis_id,
        icd10_code,
        icd10_description,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
