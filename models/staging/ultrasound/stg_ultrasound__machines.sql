with source as (

    select * from {{ source('ultrasound', 'Machines') }}

),

renamed as (

    select
        -- ids
        "MachineID" as machine_id,
        "DepartmentID" as department_id,

        -- text
        {{ clean_text('"MachineName"') }} as machine_name,
        {{ clean_text('"Status"') }} as status

    from source

)

select * from renamed
