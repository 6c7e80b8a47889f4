{{ config(materialized='view') }}

with departments as (

    select * from {{ ref('dim_department') }}

),

final as (

    -- the newest version of each member; of a deleted one, its deletion
    select * from departments
    where valid_to = {{ end_of_time() }}

)

select * from final
