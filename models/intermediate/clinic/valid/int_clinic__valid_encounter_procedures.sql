with encounter_procedures as (

    select * from {{ ref('hist_clinic__encounter_procedures') }}
    where {{ known_now() }}

),

valid as (

    select
        -- which a valid row has
        row_key as encounter_procedure_id,
        encounter_id,
        procedure_id,
        procedure_date,
        created_at,
        updated_at
    from encounter_procedures
    where broken_rule is null

)

select * from valid
