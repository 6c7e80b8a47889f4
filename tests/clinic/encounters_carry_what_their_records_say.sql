-- What an encounter's record and the readmission step say stands in the fact; its date keys are those of its moments.
with encounters as (

    select * from {{ ref('fact_encounters') }}

),

records as (

    select * from {{ ref('int_clinic__valid_encounters') }}

),

readmissions as (

    {{ readmissions_of(ref('int_clinic__valid_encounters')) }}

),

current_providers as (

    select * from {{ ref('dim_provider_current') }}

),

current_specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

differing_records as (

    select
        encounter_id,
        encounter_type_key,
        started_at,
        discharged_at
    from records
    except
    select
        encounter_id,
        encounter_type_key,
        started_at,
        discharged_at
    from encounters

),

differing_readmissions as (

    select
        encounter_id,
        days_to_next_encounter,
        index_stay_count,
        readmission_count,
        inpatient_readmission_count
    from readmissions
    except
    select
        encounter_id,
        days_to_next_encounter,
        index_stay_count,
        readmission_count,
        inpatient_readmission_count
    from encounters

),

differing_specialties as (

    select
        records.encounter_id,
        current_specialties.specialty_durable_key
    from records
    inner join current_providers on records.provider_id = current_providers.provider_id
    inner join current_specialties on current_providers.specialty_id = current_specialties.specialty_id
    except
    select
        encounter_id,
        current_specialty_durable_key
    from encounters

),

wrong_keys as (

    select encounter_id
    from encounters
    where
        start_date_key <> {{ date_key('started_at') }}
        or start_month_key <> {{ month_key('started_at') }}
        or discharge_date_key <> coalesce({{ date_key('discharged_at') }}, -3)
        or coalesce(length_of_stay_days, 0) <> coalesce({{ whole_days_between('started_at', 'discharged_at') }}, 0)

),

final as (

    select encounter_id from differing_records
    union all
    select encounter_id from differing_readmissions
    union all
    select encounter_id from differing_specialties
    union all
    select encounter_id from wrong_keys

)

select * from final
