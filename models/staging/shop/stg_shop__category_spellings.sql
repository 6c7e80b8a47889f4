with source as (

    select * from {{ source('shop', 'category_spellings') }}

),

renamed as (

    select
        {{ clean_text('spelling') }} as spelling,
        {{ clean_text('category_name') }} as category_name
    from source

)

select * from renamed
