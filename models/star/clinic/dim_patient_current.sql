{{ config(materialized='view') }}

with patients as (

    select * from {{ ref('dim_patient') }}

),

final as (

    -- the newest version of each member; of a deleted one, its deletion
    select * from patients
    where valid_to = {{ end_of_time() }}

)

select * from final
