with checked as (

    select * from {{ ref('int_ultrasound__checked_machines') }}

),

valid as (

    select
        machine_id,
        machine_name,
        department_id,
        status,
        -- the source does not say when it changed a row: the extract that shows it does
        {{ extracted_at('ultrasound') }} as updated_at,
        {{ extracted_at('ultrasound') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
