{{ config(materialized='view') }}

-- the newest version of each member; of a deleted one, its deletion (without CTEs: every query would plan them, too)
select * from {{ ref('dim_employee') }}
where valid_to = {{ end_of_time() }}
