with machines as (

    select * from {{ ref('stg_ultrasound__machines') }}

),

checked as (

    select
        *,
        case
            when machine_id is null then 'machine_id_missing'
            when
                {{ duplicate_number(
                    'machine_id',
                    ['department_id'],
                    then_text=['machine_name', 'status'],
                ) }} > 1
                then 'machine_id_repeated'
        end as broken_rule
    from machines

)

select * from checked
