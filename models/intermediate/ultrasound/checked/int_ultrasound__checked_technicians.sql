with technicians as (

    select * from {{ ref('stg_ultrasound__technicians') }}

),

checked as (

    select
        *,
        case
            when technician_id is null then 'technician_id_missing'
            when
                {{ duplicate_number(
                    'technician_id',
                    ['department_id'],
                    then_text=['first_name', 'last_name', 'contact_number', 'email'],
                ) }} > 1
                then 'technician_id_repeated'
        end as broken_rule
    from technicians

)

select * from checked
