with patients as (

    select * from {{ ref('stg_ultrasound__patients') }}

),

checked as (

    select
        *,
        case
            when patient_id is null then 'patient_id_missing'
            when
                {{ duplicate_number(
                    'patient_id',
                    ['date_of_birth'],
                    then_text=['first_name', 'last_name', 'gender', 'address', 'contact_number', 'email'],
                ) }} > 1
                then 'patient_id_repeated'
            when date_of_birth > cast({{ extracted_at('ultrasound') }} as date) then 'patient_birth_after_extract'
        end as broken_rule
    from patients

)

select * from checked
