{{ config(materialized='view') }}

with specialties as (

    select * from {{ ref('dim_specialty') }}

),

final as (

    -- the newest version of each member; of a deleted one, its deletion
    select * from specialties
    where valid_to = {{ end_of_time() }}

)

select * from final
