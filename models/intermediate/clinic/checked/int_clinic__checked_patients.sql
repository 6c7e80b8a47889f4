with patients as (

    select * from {{ ref('stg_clinic__patients') }}

),

genders as (

    select * from {{ ref('ref_genders') }}

),

sound as (

    select
        patients.patient_id,
        patients.mrn,
        patients.first_name,
        patients.last_name,
        patients.gender_code,
        genders.gender,
        patients.date_of_birth,
        patients.address,
        patients.city,
        patients.state,
        patients.postal_code,
        patients.created_at,
        patients.updated_at,
        case
            when patients.patient_id is null then 'patient_id_missing'
            when
                {{ duplicate_number(
                    'patients.patient_id',
                    ['patients.updated_at desc', 'date_of_birth', 'created_at'],
                    then_text=[
                        'mrn', 'first_name', 'last_name', 'patients.gender_code',
                        'address', 'city', 'state', 'postal_code',
                    ],
                ) }} > 1
                then 'patient_id_repeated'
            when patients.mrn is null then 'patient_mrn_missing'
            when patients.gender_code is not null and genders.gender_code is null then 'patient_gender_unknown'
            when patients.date_of_birth > cast({{ extracted_at('clinic') }} as date) then 'patient_birth_after_extract'
        end as own_broken_rule
    from patients
    left join genders on patients.gender_code = genders.gender_code

),

-- only rows that are sound by themselves compete: the winner of a record number must not be a row that is rejected
checked as (

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
        updated_at,
        case
            when own_broken_rule is not null then own_broken_rule
            when
                {{ duplicate_number(
                    'mrn, case when own_broken_rule is null then 1 else 0 end', ['updated_at desc', 'patient_id'],
                ) }} > 1
                then 'patient_mrn_repeated'
        end as broken_rule
    from sound

)

select * from checked
