with procedures as (

    select * from {{ ref('hist_clinic__procedures') }}
    where {{ known_now() }}

),

valid as (

    select
        -- which a valid row has
        row_key as procedure_id,
        cpt_code,
        cpt_description,
        created_at,
        updated_at
    from procedures
    where broken_rule is null

)

select * from valid
