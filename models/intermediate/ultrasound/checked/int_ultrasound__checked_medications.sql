with medications as (

    select * from {{ ref('stg_ultrasound__medications') }}

),

checked as (

    select
        *,
        case
            when medication_id is null then 'medication_id_missing'
            when
                {{ duplicate_number(
                    'medication_id',
                    ['patient_id', 'started_on', 'ended_on'],
                    then_text=['medication_name', 'dosage'],
                ) }} > 1
                then 'medication_id_repeated'
            when ended_on < started_on then 'medication_ends_before_start'
        end as broken_rule
    from medications

)

select * from checked
