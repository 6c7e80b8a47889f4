with diagnoses as (

    select * from {{ ref('int_clinic__valid_diagnoses') }}

),

inferred as (

    {{ inferred_members('diagnosis_id', [ref('int_clinic__valid_encounter_diagnoses')], versions='diagnoses') }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

members as (

    select
        diagnosis_id,
        icd10_code,
        icd10_description,
        false as is_inferred
    from diagnoses
    union all
    select
        diagnosis_id,
        null as icd10_code,
        null as icd10_description,
        true as is_inferred
    from inferred

),

final as (

    select
        {{ surrogate_key(['diagnosis_id']) }} as diagnosis_key,
        diagnosis_id,
        coalesce(icd10_code, 'Unknown') as icd10_code,
        coalesce(icd10_description, 'Unknown') as icd10_description,
        is_inferred
    from members
    union all
    select
        member_key as diagnosis_key,
        cast(null as integer) as diagnosis_id,
        label as icd10_code,
        label as icd10_description,
        false as is_inferred
    from default_members

)

select * from final
