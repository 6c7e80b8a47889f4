-- How many exams does each department do for each machine that works and each technician that it has?
-- The source links neither to an exam, only to a department: these are averages, and say nothing of a single machine.
with departments as (

    select * from {{ source('ultrasound', 'Departments') }}

),

doctors as (

    select * from {{ source('ultrasound', 'Doctors') }}

),

appointments as (

    select * from {{ source('ultrasound', 'Appointments') }}

),

results as (

    select * from {{ source('ultrasound', 'Ultrasound_Results') }}

),

machines as (

    select * from {{ source('ultrasound', 'Machines') }}

),

technicians as (

    select * from {{ source('ultrasound', 'Technicians') }}

),

exams as (

    select
        doctors."DepartmentID" as department_id,
        count(*) as exams
    from appointments
    inner join doctors on appointments."DoctorID" = doctors."DoctorID"
    where appointments."AppointmentID" in (select results."AppointmentID" from results)
    group by doctors."DepartmentID"

),

at_hand as (

    select
        "DepartmentID" as department_id,
        count(*) as machines,
        count(case when "Status" = 'Operational' then 1 end) as working_machines
    from machines
    group by "DepartmentID"

),

there as (

    select
        "DepartmentID" as department_id,
        count(*) as technicians
    from technicians
    group by "DepartmentID"

),

final as (

    select
        departments."DepartmentName" as department_name,
        coalesce(exams.exams, 0) as exams,
        coalesce(at_hand.machines, 0) as machines,
        coalesce(at_hand.working_machines, 0) as working_machines,
        coalesce(there.technicians, 0) as technicians,
        {{ rate('coalesce(exams.exams, 0)', 'at_hand.working_machines') }} as exams_per_working_machine,
        {{ rate('coalesce(exams.exams, 0)', 'there.technicians') }} as exams_per_technician
    from departments
    left join exams on departments."DepartmentID" = exams.department_id
    left join at_hand on departments."DepartmentID" = at_hand.department_id
    left join there on departments."DepartmentID" = there.department_id

)

select * from final
order by department_name
