with patients as (

    select * from {{ ref('stg_clinic__patients') }}

),

genders as (

    select * from {{ ref('ref_genders') }}

),

numbered as (

    {{ number_duplicates(
        'patients',
        ref('stg_clinic__patients'),
        'patient_id',
        ['updated_at desc', 'date_of_birth', 'created_at'],
        then_text=['mrn', 'first_name', 'last_name', 'gender_code', 'address', 'city', 'state', 'postal_code'],
    ) }}

),

sound as (

    select
        numbered.*,
        genders.gender,
        case
            when numbered.patient_id is null then 'patient_id_missing'
            when numbered.duplicate_number > 1 then 'patient_id_repeated'
            when numbered.mrn is null then 'patient_mrn_missing'
            when numbered.gender_code is not null and genders.gender_code is null then 'patient_gender_unknown'
            when numbered.date_of_birth > cast({{ extracted_at('clinic') }} as date) then 'patient_birth_after_extract'
        end as own_broken_rule
    from numbered
    left join genders on numbered.gender_code = genders.gender_code

),

-- only rows that are sound by themselves compete: the winner of a record number must not be a row that is rejected
ranked as (

    {{ number_duplicates(
        'sound',
        ref('stg_clinic__patients'),
        'mrn',
        ['updated_at desc', 'patient_id'],
        competing='own_broken_rule is null',
        name='mrn_number',
    ) }}

),

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
            when mrn_number > 1 then 'patient_mrn_repeated'
        end as broken_rule
    from ranked

)

select * from checked
