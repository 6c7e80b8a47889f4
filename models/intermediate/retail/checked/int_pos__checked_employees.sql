with employees as (

    select * from {{ ref('stg_pos__employees') }}

),

checked as (

    select
        *,
        case
            when employee_id is null then 'employee_id_missing'
            when
                {{ duplicate_number(
                    'employee_id',
                    ['updated_at desc', 'salary', 'store_id', 'manager_id', 'hired_on', 'left_on', 'created_at'],
                    then_text=['first_name', 'last_name', 'job_title', 'department'],
                ) }} > 1
                then 'employee_id_repeated'
            when store_id is null then 'employee_store_missing'
            when salary < 0 then 'employee_salary_negative'
            when left_on < hired_on then 'employee_leaves_before_start'
        end as broken_rule
    from employees

)

select * from checked
