{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='encounter_id',
        on_schema_change='fail',
        post_hook="{{ delete_rows_gone_from(ref('int_clinic__valid_encounters'), 'encounter_id') }}",
    )
}}

with encounters as (

    select * from {{ ref('int_clinic__valid_encounters') }}

),

patients as (

    select * from {{ ref('dim_patient') }}

),

providers as (

    select * from {{ ref('dim_provider') }}

),

current_providers as (

    select * from {{ ref('dim_provider_current') }}

),

departments as (

    select * from {{ ref('dim_department') }}

),

specialties as (

    select * from {{ ref('dim_specialty') }}

),

current_specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

claims as (

    select * from {{ ref('int_clinic__claims_by_encounter') }}

),

diagnoses as (

    select
        encounter_id,
        count(*) as diagnosis_count
    from {{ ref('int_clinic__valid_encounter_diagnoses') }}
    group by encounter_id

),

procedures as (

    select
        encounter_id,
        count(*) as procedure_count
    from {{ ref('int_clinic__valid_encounter_procedures') }}
    group by encounter_id

),

readmissions as (

    select * from {{ ref('int_clinic__readmissions') }}

),

-- what an encounter says by itself: the members as they were when it started, and its own measures
own as (

    select
        encounters.encounter_id,
        coalesce(patients.patient_key, -1) as patient_key,
        coalesce(patients.patient_durable_key, -1) as patient_durable_key,
        coalesce(providers.provider_key, -1) as provider_key,
        coalesce(providers.provider_durable_key, -1) as provider_durable_key,
        coalesce(departments.department_key, -1) as department_key,
        coalesce(departments.department_durable_key, -1) as department_durable_key,
        coalesce(specialties.specialty_key, -1) as specialty_key,
        coalesce(specialties.specialty_durable_key, -1) as specialty_durable_key,
        coalesce(current_specialties.specialty_durable_key, -1) as current_specialty_durable_key,
        encounters.encounter_type_key,
        {{ date_key('encounters.started_at') }} as start_date_key,
        {{ month_key('encounters.started_at') }} as start_month_key,
        coalesce({{ date_key('encounters.discharged_at') }}, -3) as discharge_date_key,
        encounters.started_at,
        encounters.discharged_at,
        {{ whole_days_between('encounters.started_at', 'encounters.discharged_at') }} as length_of_stay_days,
        cast(coalesce(diagnoses.diagnosis_count, 0) as {{ dbt.type_int() }}) as diagnosis_count,
        cast(coalesce(procedures.procedure_count, 0) as {{ dbt.type_int() }}) as procedure_count,
        cast(coalesce(claims.claim_count, 0) as {{ dbt.type_int() }}) as claim_count,
        cast(coalesce(claims.denied_claim_count, 0) as {{ dbt.type_int() }}) as denied_claim_count,
        cast(coalesce(claims.claimed_amount, 0) as decimal(12, 2)) as claimed_amount,
        cast(coalesce(claims.allowed_amount, 0) as decimal(12, 2)) as allowed_amount,
        cast(coalesce(claims.revenue_amount, 0) as decimal(12, 2)) as revenue_amount
    from encounters
    left join patients
        on
            encounters.patient_id = patients.patient_id
            and {{ valid_at('patients', 'encounters.started_at') }}
    left join providers
        on
            encounters.provider_id = providers.provider_id
            and {{ valid_at('providers', 'encounters.started_at') }}
    left join departments
        on
            encounters.department_id = departments.department_id
            and {{ valid_at('departments', 'encounters.started_at') }}
    left join specialties
        on
            providers.specialty_id = specialties.specialty_id
            and {{ valid_at('specialties', 'encounters.started_at') }}
    left join current_providers on encounters.provider_id = current_providers.provider_id
    left join current_specialties on current_providers.specialty_id = current_specialties.specialty_id
    left join claims on encounters.encounter_id = claims.encounter_id
    left join diagnoses on encounters.encounter_id = diagnoses.encounter_id
    left join procedures on encounters.encounter_id = procedures.encounter_id

),

-- 1 on one of a patient's encounters in the month, specialty (as it is now) and type, so that it adds up to distinct
-- patients there; the unknown patient is not counted, as count(distinct) does not count null
patient_months as (

    select
        encounter_id,
        case
            when
                patient_durable_key <> -1
                and row_number() over (
                    partition by
                        patient_durable_key, start_month_key, current_specialty_durable_key, encounter_type_key
                    order by encounter_id
                ) = 1
                then 1
            else 0
        end as patient_month_count
    from own

),

all_encounters as (

    select
        own.*,
        patient_months.patient_month_count,
        readmissions.days_to_next_encounter,
        coalesce(readmissions.index_stay_count, 0) as index_stay_count,
        coalesce(readmissions.readmission_count, 0) as readmission_count,
        coalesce(readmissions.inpatient_readmission_count, 0) as inpatient_readmission_count
    from own
    inner join patient_months on own.encounter_id = patient_months.encounter_id
    left join readmissions on own.encounter_id = readmissions.encounter_id

),

final as (

    {% if is_incremental() -%}

    -- What differs from what is stored, found by content: no watermark to lose a late bill, a withdrawn diagnosis, a
    -- provider's new specialty, an earlier stay's readmission or a record that came back with an old timestamp.
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | join(', ') %}
    select {{ columns }} from all_encounters
    except
    select {{ columns }} from {{ this }}

    {%- else -%}

    select * from all_encounters

    {%- endif %}

)

select * from final
