with departments as (

    select * from {{ ref('stg_ultrasound__departments') }}

),

checked as (

    select
        *,
        case
            when department_id is null then 'department_id_missing'
            when
                {{ duplicate_number(
                    'department_id',
                    [],
                    then_text=['department_name'],
                ) }} > 1
                then 'department_id_repeated'
        end as broken_rule
    from departments

)

select * from checked
