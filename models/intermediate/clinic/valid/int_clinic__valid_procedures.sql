with checked as (

    select * from {{ ref('int_clinic__checked_procedures') }}

),

valid as (

    select
        procedure_id,
        cpt_code,
        cpt_description,
        created_at,
        updated_at
    from checked
    where broken_rule is null

)

select * from valid
