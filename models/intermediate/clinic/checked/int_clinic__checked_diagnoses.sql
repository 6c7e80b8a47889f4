with diagnoses as (

    select * from {{ ref('stg_clinic__diagnoses') }}

),

checked as (

    select
        diagnosis_id,
        icd10_code,
        icd10_description,
        created_at,
        updated_at,
        case
            when diagnosis_id is null then 'diagnosis_id_missing'
            when
                {{ duplicate_number(
                    'diagnosis_id', ['updated_at desc'], then_text=['icd10_code', 'icd10_description'],
                ) }} > 1
                then 'diagnosis_id_repeated'
            when icd10_code is null then 'diagnosis_code_missing'
            when {{ duplicate_number('icd10_code', ['updated_at desc', 'diagnosis_id']) }} > 1
                then 'diagnosis_code_repeated'
        end as broken_rule
    from diagnoses

)

select * from checked
