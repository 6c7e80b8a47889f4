-- How many exams does each department do for each machine that works and each technician that it has?
-- The source links neither to an exam, only to a department: these are averages, and say nothing of a single machine.
with departments as (

    select * from {{ ref('dim_ultrasound_department') }}

),

doctors as (

    select * from {{ ref('dim_ultrasound_doctor_current') }}

),

exam_facts as (

    select * from {{ ref('fact_ultrasound_exams') }}

),

machines as (

    select * from {{ ref('dim_ultrasound_machine_current') }}

),

staff as (

    select * from {{ ref('dim_ultrasound_staff') }}

),

exams as (

    select
        doctors.department_key,
        count(*) as exams
    from exam_facts
    inner join doctors on exam_facts.doctor_durable_key = doctors.doctor_durable_key
    where exam_facts.result_count > 0
    group by doctors.department_key

),

at_hand as (

    select
        department_key,
        count(*) as machines,
        count(case when status = 'Operational' then 1 end) as working_machines
    from machines
    where is_current
    group by department_key

),

there as (

    select
        department_key,
        count(*) as technicians
    from staff
    where staff_role = 'Technician'
    group by department_key

),

final as (

    select
        departments.department_name,
        coalesce(exams.exams, 0) as exams,
        coalesce(at_hand.machines, 0) as machines,
        coalesce(at_hand.working_machines, 0) as working_machines,
        coalesce(there.technicians, 0) as technicians,
        {{ rate('coalesce(exams.exams, 0)', 'at_hand.working_machines') }} as exams_per_working_machine,
        {{ rate('coalesce(exams.exams, 0)', 'there.technicians') }} as exams_per_technician
    from departments
    left join exams on departments.department_key = exams.department_key
    left join at_hand on departments.department_key = at_hand.department_key
    left join there on departments.department_key = there.department_key
    where departments.department_id is not null and not departments.is_inferred

)

select * from final
order by department_name
