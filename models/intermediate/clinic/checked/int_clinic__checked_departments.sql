with departments as (

    select * from {{ ref('stg_clinic__departments') }}

),

checked as (

    select
        department_id,
        department_name,
        floor_number,
        bed_capacity,
        created_at,
        updated_at,
        case
            when department_id is null then 'department_id_missing'
            when
                {{ duplicate_number(
                    'department_id',
                    ['updated_at desc', 'floor_number', 'bed_capacity', 'created_at'],
                    then_text=['department_name'],
                ) }} > 1
                then 'department_id_repeated'
            when department_name is null then 'department_name_missing'
            when bed_capacity <= 0 then 'department_capacity_not_positive'
        end as broken_rule
    from departments

)

select * from checked
