with medical_history as (

    select * from {{ ref('stg_ultrasound__medical_history') }}

),

checked as (

    select
        *,
        case
            when history_id is null then 'history_id_missing'
            when
                {{ duplicate_number(
                    'history_id',
                    ['patient_id', 'started_on', 'ended_on'],
                    then_text=['condition_name'],
                ) }} > 1
                then 'history_id_repeated'
            when condition_name is null then 'history_condition_missing'
            when ended_on < started_on then 'history_ends_before_start'
        end as broken_rule
    from medical_history

)

select * from checked
