{{ config(materialized='view') }}

with members as (

    select * from {{ ref('dim_ultrasound_machine') }}

),

final as (

    -- the newest version of each member; of a deleted one, its deletion
    select * from members
    where valid_to = {{ end_of_time() }}

)

select * from final
