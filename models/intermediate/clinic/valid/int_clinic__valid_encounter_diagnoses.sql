with encounter_diagnoses as (

    select * from {{ ref('hist_clinic__encounter_diagnoses') }}
    where {{ known_now() }}

),

valid as (

    select
        -- which a valid row has
        row_key as encounter_diagnosis_id,
        encounter_id,
        diagnosis_id,
        diagnosis_sequence,
        created_at,
        updated_at
    from encounter_diagnoses
    where broken_rule is null

)

select * from valid
