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

    select
        encounter_id,
        patient_id,
        provider_id,
        discharge_date
    from encounters
    where
        encounter_type = 'Inpatient'
        and discharge_date is not null

),

readmitted_stays as (

    -- only the stays with a return; lead() would be shorter and wrong, since stays overlap
    select
        index_stays.encounter_id,
        max(case when later.encounter_type = 'Inpatient' then 1 else 0 end) as was_readmitted_as_inpatient
    from index_stays
    inner join encounters as later
        on
            index_stays.patient_id = later.patient_id
            and index_stays.encounter_id <> later.encounter_id
            and index_stays.discharge_date < later.encounter_date
            and index_stays.discharge_date + interval '{{ var("clinic_readmission_days") }}' day >= later.encounter_date
    group by index_stays.encounter_id

),

counts as (

    select
        providers.specialty_id,
        count(*) as index_stays,
        count(readmitted_stays.encounter_id) as readmissions,
        cast(sum(coalesce(readmitted_stays.was_readmitted_as_inpatient, 0)) as {{ dbt.type_bigint() }})
            as inpatient_readmissions
    from index_stays
    left join readmitted_stays on index_stays.encounter_id = readmitted_stays.encounter_id
    inner join providers on index_stays.provider_id = providers.provider_id
    group by providers.specialty_id

),

final as (

    select
        specialties.specialty_name,
        counts.index_stays,
        counts.readmissions,
        cast(round(cast(counts.readmissions as decimal(18, 4)) / counts.index_stays, 4) as decimal(9, 4))
            as readmission_rate,
        counts.inpatient_readmissions,
        cast(round(cast(counts.inpatient_readmissions as decimal(18, 4)) / counts.index_stays, 4) as decimal(9, 4))
            as inpatient_readmission_rate
    from counts
    inner join specialties on counts.specialty_id = specialties.specialty_id

)

select * from final
order by specialty_name
