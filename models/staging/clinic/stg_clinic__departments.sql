with source as (

    select * from {{ source('clinic', 'departments') }}

),

renamed as (

    select
        -- ids
        department_id,

        -- text
        {{ clean_text('department_name') }} as department_name,

        -- numbers
        floor as floor_number,
        capacity as bed_capacity,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
