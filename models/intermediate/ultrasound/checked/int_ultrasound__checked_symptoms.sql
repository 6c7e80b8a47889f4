with symptoms as (

    select * from {{ ref('stg_ultrasound__symptoms') }}

),

checked as (

    select
        *,
        case
            when symptom_id is null then 'symptom_id_missing'
            when
                {{ duplicate_number(
                    'symptom_id',
                    ['patient_id', 'onset_on'],
                    then_text=['symptom'],
                ) }} > 1
                then 'symptom_id_repeated'
            when symptom is null then 'symptom_missing'
        end as broken_rule
    from symptoms

)

select * from checked
