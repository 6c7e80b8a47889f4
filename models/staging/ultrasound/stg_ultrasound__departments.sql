with source as (

    select * from {{ source('ultrasound', 'Departments') }}

),

renamed as (

    select
        -- ids
        "DepartmentID" as department_id,

        -- text
        {{ clean_text('"DepartmentName"') }} as department_name

    from source

)

select * from renamed
