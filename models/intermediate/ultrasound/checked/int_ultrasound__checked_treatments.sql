with treatments as (

    select * from {{ ref('stg_ultrasound__treatments') }}

),

checked as (

    select
        *,
        case
            when treatment_id is null then 'treatment_id_missing'
            when
                {{ duplicate_number(
                    'treatment_id',
                    ['patient_id', 'started_on', 'ended_on'],
                    then_text=['treatment_name'],
                ) }} > 1
                then 'treatment_id_repeated'
            when ended_on < started_on then 'treatment_ends_before_start'
        end as broken_rule
    from treatments

)

select * from checked
