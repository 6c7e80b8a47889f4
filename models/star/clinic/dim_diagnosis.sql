{{
    config(
        materialized='incremental',
        unique_key='diagnosis_key',
        post_hook="{{ delete_inferred_members('diagnosis_id', [ref('int_clinic__valid_encounter_diagnoses')]) }}",
    )
}}
{%- set since = known_until() %}

with diagnoses as (

    select * from {{ ref('int_clinic__valid_diagnoses') }}

),

referenced as (

    {{ referenced_members(
        ref('hist_clinic__encounter_diagnoses'), 'diagnosis_id', since, held='diagnosis_id is not null'
    ) }}

),

members as (

    {{ members_of('diagnosis_id', ['diagnoses', 'referenced']) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_members as (

    select
        {{ surrogate_key(['members.diagnosis_id']) }} as diagnosis_key,
        members.diagnosis_id,
        coalesce(diagnoses.icd10_code, 'Unknown') as icd10_code,
        coalesce(diagnoses.icd10_description, 'Unknown') as icd10_description,
        diagnoses.diagnosis_id is null as is_inferred
    from members
    left join diagnoses on members.diagnosis_id = diagnoses.diagnosis_id
    union all
    select
        member_key as diagnosis_key,
        cast(null as {{ dbt.type_int() }}) as diagnosis_id,
        label as icd10_code,
        label as icd10_description,
        false as is_inferred
    from default_members

),

{{ rows_to_write('all_members', 'diagnosis_key') }}

select * from final
