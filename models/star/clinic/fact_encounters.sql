{{
    config(
        materialized='incremental',
        unique_key='encounter_id',
        pre_hook=[
            "{{ find_part_of_due('providers', providers_due()) }}",
            "{{ find_due(encounters_due()) }}",
            "{{ delete_rows_gone_from(ref('hist_clinic__encounters'), 'encounter_id') }}",
        ],
        post_hook="{{ drop_due_table() }}",
    )
}}
{%- set only_due = known_until() is not none %}
{%- set encounters = due_table() if only_due else ref('int_clinic__valid_encounters') %}
{%- set encounter_is_due = is_due('encounter_id') if only_due %}
{%- set children_are_due = is_due('encounter_id', where='children_are_due = 1') if only_due %}
{%- set of_due_children = 'where ' ~ children_are_due if only_due %}

with patients as (

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

{% if only_due -%}
-- the due encounters as they are stored
kept as (

    select * from {{ this }}
    where {{ encounter_is_due }}

),

-- those of which neither claims, diagnoses nor procedures changed
kept_children as (

    select * from kept
    where {{ is_due('encounter_id', where='children_are_due = 0') }}

),

{% endif -%}
-- several claims for one encounter must not multiply it
claims as (

    select
        encounter_id,
        count(*) as claim_count,
        sum(is_denied) as denied_claim_count,
        sum(claimed_amount) as claimed_amount,
        sum(allowed_amount) as allowed_amount,
        sum(revenue_amount) as revenue_amount
    from {{ ref('int_clinic__valid_billing') }}
    {{ of_due_children }}
    group by encounter_id
    {%- if only_due %}
    union all
    select
        encounter_id,
        claim_count,
        denied_claim_count,
        claimed_amount,
        allowed_amount,
        revenue_amount
    from kept_children
    {%- endif %}

),

diagnoses as (

    select
        encounter_id,
        count(*) as diagnosis_count
    from {{ ref('int_clinic__valid_encounter_diagnoses') }}
    {{ of_due_children }}
    group by encounter_id
    {%- if only_due %}
    union all
    select
        encounter_id,
        diagnosis_count
    from kept_children
    {%- endif %}

),

procedures as (

    select
        encounter_id,
        count(*) as procedure_count
    from {{ ref('int_clinic__valid_encounter_procedures') }}
    {{ of_due_children }}
    group by encounter_id
    {%- if only_due %}
    union all
    select
        encounter_id,
        procedure_count
    from kept_children
    {%- endif %}

),

encounters_of_patients as (

    select * from {{ encounters }}
    {{ 'where patient_is_due = 1' if only_due }}

),

readmissions as (

    {{ readmissions_of('encounters_of_patients') }}

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
    from {{ encounters }} as encounters
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
        encounters.encounter_id,
        case
            when
                encounters.patient_id is not null
                and row_number() over (
                    partition by
                        encounters.patient_id,
                        {{ month_key('encounters.started_at') }},
                        coalesce(current_specialties.specialty_durable_key, -1),
                        encounters.encounter_type_key
                    order by encounters.encounter_id
                ) = 1
                then 1
            else 0
        end as patient_month_count
    from {{ encounters }} as encounters
    left join current_providers on encounters.provider_id = current_providers.provider_id
    left join current_specialties on current_providers.specialty_id = current_specialties.specialty_id
    {{ 'where encounters.month_is_due = 1' if only_due }}

),

{% if only_due -%}
-- what hangs on a patient's other encounters is kept where none of them changed
all_encounters as (

    select
        own.*,
        coalesce(patient_months.patient_month_count, kept.patient_month_count) as patient_month_count,
        case
            when readmissions.encounter_id is null then kept.days_to_next_encounter
            else readmissions.days_to_next_encounter
        end as days_to_next_encounter,
        coalesce(readmissions.index_stay_count, kept.index_stay_count) as index_stay_count,
        coalesce(readmissions.readmission_count, kept.readmission_count) as readmission_count,
        coalesce(readmissions.inpatient_readmission_count, kept.inpatient_readmission_count)
            as inpatient_readmission_count
    from own
    left join patient_months on own.encounter_id = patient_months.encounter_id
    left join readmissions on own.encounter_id = readmissions.encounter_id
    left join kept on own.encounter_id = kept.encounter_id

),
{%- else -%}
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
{%- endif %}

{{ rows_to_write('all_encounters', 'encounter_id', written='kept' if only_due, one_per_key=true) }}

select * from final
