with doctors as (

    select * from {{ ref('stg_ultrasound__doctors') }}

),

checked as (

    select
        *,
        case
            when doctor_id is null then 'doctor_id_missing'
            when
                {{ duplicate_number(
                    'doctor_id',
                    ['department_id'],
                    then_text=['first_name', 'last_name', 'specialization', 'contact_number', 'email'],
                ) }} > 1
                then 'doctor_id_repeated'
        end as broken_rule
    from doctors

)

select * from checked
