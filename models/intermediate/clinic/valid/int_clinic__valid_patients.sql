with checked as (

    select * from {{ ref('int_clinic__checked_patients') }}

),

valid as (

    select
        patient_id,
        mrn,
        first_name,
        last_name,
        gender_code,
        gender,
        date_of_birth,
        address,
        city,
        state,
        postal_code,
        created_at,
        coalesce(updated_at, {{ extracted_at('clinic') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('clinic') }} as captured_at
    from checked
    where broken_rule is null

)

select * from valid
