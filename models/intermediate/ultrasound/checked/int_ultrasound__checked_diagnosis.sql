with diagnosis as (

    select * from {{ ref('stg_ultrasound__diagnosis') }}

),

checked as (

    select
        *,
        case
            when diagnosis_id is null then 'diagnosis_id_missing'
            when
                {{ duplicate_number(
                    'diagnosis_id',
                    ['patient_id', 'diagnosed_on'],
                    then_text=['condition_name'],
                ) }} > 1
                then 'diagnosis_id_repeated'
        end as broken_rule
    from diagnosis

)

select * from checked
