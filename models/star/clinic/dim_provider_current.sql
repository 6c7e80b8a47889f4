{{ config(materialized='view') }}

with providers as (

    select * from {{ ref('dim_provider') }}

),

final as (

    -- the newest version of each member; of a deleted one, its deletion
    select * from providers
    where valid_to = {{ end_of_time() }}

)

select * from final
