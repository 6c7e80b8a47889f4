with source as (

    select * from {{ source('pos', 'employees') }}

),

renamed as (

    select
        -- ids
        employee_id,
        store_id,
        manager_id,

        -- text
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('position') }} as job_title,
        {{ clean_text('department') }} as department,

        -- numbers
        salary,

        -- dates
        hired_on,
        left_on,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
