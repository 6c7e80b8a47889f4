-- What share of each specialty's inpatients came back within 30 days of discharge: at all, and as inpatients?
with encounters as (

    select * from {{ source('clinic', 'encounters') }}

),

providers as (

    select * from {{ source('clinic', 'providers') }}

),

specialties as (

    select * from {{ source('clinic', 'specialties') }}

),

index_stays as (

    select * from encounters
    where
        encounter_type = 'Inpatient'
        and discharge_date is not null

),

stays_with_returns as (

    -- one row per stay, however often the patient returned
    select
        index_stays.encounter_id,
        index_stays.provider_id,
        max(case when later.encounter_id is not null then 1 else 0 end) as was_readmitted,
        max(case when later.encounter_type = 'Inpatient' then 1 else 0 end) as was_readmitted_as_inpatient
    from index_stays
    left join encounters as later
        on
            index_stays.patient_id = later.patient_id
            and index_stays.encounter_id <> later.encounter_id
            and index_stays.discharge_date < later.encounter_date
            and index_stays.discharge_date + interval '{{ var("clinic_readmission_days") }}' day >= later.encounter_date
    group by index_stays.encounter_id, index_stays.provider_id

),

counts as (

    select
        specialties.specialty_name,
        count(*) as index_stays,
        cast(sum(stays_with_returns.was_readmitted) as {{ dbt.type_bigint() }}) as readmissions,
        cast(sum(stays_with_returns.was_readmitted_as_inpatient) as {{ dbt.type_bigint() }})
            as inpatient_readmissions
    from stays_with_returns
    inner join providers on stays_with_returns.provider_id = providers.provider_id
    inner join specialties on providers.specialty_id = specialties.specialty_id
    group by specialties.specialty_name

),

final as (

    select
        specialty_name,
        index_stays,
        readmissions,
        cast(round(cast(readmissions as decimal(18, 4)) / index_stays, 4) as decimal(9, 4)) as readmission_rate,
        inpatient_readmissions,
        cast(round(cast(inpatient_readmissions as decimal(18, 4)) / index_stays, 4) as decimal(9, 4))
            as inpatient_readmission_rate
    from counts

)

select * from final
order by specialty_name
