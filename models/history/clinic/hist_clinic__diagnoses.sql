{%- set columns = ['diagnosis_id', 'icd10_code', 'icd10_description', 'created_at', 'updated_at'] %}

with diagnoses as (

    select * from {{ ref('stg_clinic__diagnoses') }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'diagnosis_id', ['updated_at desc', 'created_at'], then_text=['icd10_code', 'icd10_description'],
        ) }} as duplicate_number
    from diagnoses

),

sound as (

    select
        *,
        case
            when diagnosis_id is null then 'diagnosis_id_missing'
            when duplicate_number > 1 then 'diagnosis_id_repeated'
            when icd10_code is null then 'diagnosis_code_missing'
        end as own_broken_rule
    from numbered

),

-- only rows that are sound by themselves compete: the winner of a code must not be a row that is rejected
checked as (

    select
        *,
        {{ row_key('diagnosis_id') }} as row_key,
        case
            when own_broken_rule is not null then own_broken_rule
            when
                {{ duplicate_number(
                    'icd10_code, case when own_broken_rule is null then 1 else 0 end',
                    ['updated_at desc', 'diagnosis_id'],
                ) }} > 1
                then 'diagnosis_code_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns) }}

select * from final
