{#
    What is due in the clinic's incremental tables. Each query gives keys, from the rows upstream that are newer than the
    table; what hangs on what is derived from the models' SQL, rule by rule.
#}


{#
    The encounters that are due in fact_encounters (`is_due`) and the others of the same patients, as the valid rows that
    they are: a stay's readmission hangs on the others, and so does which of them counts the patient in a month. Hence all
    encounters of a patient are due where one of them changed, and those of a month where the present specialty of one's
    provider did; what else a row says is about its encounter alone.
#}
{% macro encounters_due() -%}
    {%- set since = known_until() or 0 %}
    {%- set encounters = ref('int_clinic__valid_encounters') %}
    {%- set children = [
        ref('hist_clinic__billing'), ref('hist_clinic__encounter_diagnoses'), ref('hist_clinic__encounter_procedures'),
    ] %}
    with patients_due as (

        -- of encounters that changed, as they are and as they were
        select patient_id
        from {{ ref('hist_clinic__encounters') }}
        where audit_key > {{ since }}

    ),

    -- of which a version, or a version of the specialty, is new
    providers_due as (

        select provider_durable_key
        from {{ ref('dim_provider') }}
        where audit_key > {{ since }}
        union
        select providers.provider_durable_key
        from {{ ref('dim_provider') }} as providers
        inner join {{ ref('dim_specialty') }} as specialties on providers.specialty_id = specialties.specialty_id
        where specialties.audit_key > {{ since }}

    ),

    encounters_due as (

        {%- for child in children %}
        select encounter_id
        from {{ child }}
        where audit_key > {{ since }}
        union
        {%- endfor %}
        -- where the provider now has another specialty, the patient's encounters of the month, of which one counts in each
        select others.encounter_id
        from {{ this }} as written
        inner join {{ ref('dim_provider_current') }} as providers
            on written.provider_durable_key = providers.provider_durable_key
        left join {{ ref('dim_specialty_current') }} as specialties on providers.specialty_id = specialties.specialty_id
        inner join {{ encounters }} as encounters on written.encounter_id = encounters.encounter_id
        inner join {{ encounters }} as others
            on
                encounters.patient_id = others.patient_id
                and written.start_month_key = {{ month_key('others.started_at') }}
        where
            written.provider_durable_key in (select providers_due.provider_durable_key from providers_due)
            and written.current_specialty_durable_key <> coalesce(specialties.specialty_durable_key, -1)
        union
        -- those whose patient, department, provider or specialty is another version than the one that is stored
        select written.encounter_id
        from {{ ref('dim_patient') }} as patients
        inner join {{ encounters }} as encounters
            on
                patients.patient_id = encounters.patient_id
                and {{ valid_at('patients', 'encounters.started_at') }}
        inner join {{ this }} as written on encounters.encounter_id = written.encounter_id
        where
            patients.audit_key > {{ since }}
            and written.patient_key <> patients.patient_key
        union
        select written.encounter_id
        from {{ this }} as written
        inner join {{ ref('dim_department') }} as departments
            on
                written.department_durable_key = departments.department_durable_key
                and {{ valid_at('departments', 'written.started_at') }}
        where
            departments.audit_key > {{ since }}
            and written.department_key <> departments.department_key
        union
        select written.encounter_id
        from {{ this }} as written
        inner join {{ ref('dim_provider') }} as providers
            on
                written.provider_durable_key = providers.provider_durable_key
                and {{ valid_at('providers', 'written.started_at') }}
        left join {{ ref('dim_specialty') }} as specialties
            on
                providers.specialty_id = specialties.specialty_id
                and {{ valid_at('specialties', 'written.started_at') }}
        where
            written.provider_durable_key in (select providers_due.provider_durable_key from providers_due)
            and (
                written.provider_key <> providers.provider_key
                or written.specialty_key <> coalesce(specialties.specialty_key, -1)
            )

    )

    select
        encounters.*,
        case
            when
                encounters.encounter_id in (select encounters_due.encounter_id from encounters_due)
                or encounters.patient_id in (select patients_due.patient_id from patients_due)
                then 1
            else 0
        end as is_due
    from {{ encounters }} as encounters
    where
        encounters.patient_id in (
            select patients_due.patient_id
            from patients_due
            union
            select known.patient_id
            from {{ ref('hist_clinic__encounters') }} as known
            inner join encounters_due on known.row_key = encounters_due.encounter_id
            where known.known_to = {{ still_known() }}
        )
{%- endmacro %}


{# Claims that changed, and those of encounters that did. #}
{% macro claims_due() -%}
    {%- set since = known_until() or 0 %}
    select row_key as claim_id
    from {{ ref('hist_clinic__billing') }}
    where audit_key > {{ since }}
    union
    select claims.claim_id
    from {{ ref('int_clinic__valid_billing') }} as claims
    inner join {{ ref('fact_encounters') }} as encounters on claims.encounter_id = encounters.encounter_id
    where encounters.audit_key > {{ since }}
{%- endmacro %}


{# Encounters that changed, and those whose diagnoses (procedures) did. #}
{% macro encounters_due_in_bridge(child_history) -%}
    {%- set since = known_until() or 0 %}
    select encounter_id
    from {{ ref('fact_encounters') }}
    where audit_key > {{ since }}
    union
    select encounter_id
    from {{ child_history }}
    where audit_key > {{ since }}
{%- endmacro %}


{#
    Patients of which the snapshot has more versions than the dimension has numbered (a snapshot adds to a patient's
    versions and takes none away), and those that the source refers to.
#}
{% macro patients_due_in_dimension() -%}
    {%- set since = known_until() or 0 %}
    select snapped.patient_id
    from (
        select
            patient_id,
            count(*) as version_count
        from {{ ref('snap_clinic__patients') }}
        group by patient_id
    ) as snapped
    left join (
        select
            patient_id,
            max(version_number) as version_count
        from {{ this }}
        where not is_inferred
        group by patient_id
    ) as numbered on snapped.patient_id = numbered.patient_id
    where snapped.version_count <> coalesce(numbered.version_count, 0)
    union
    {{ referenced_members(ref('hist_clinic__encounters'), 'patient_id', since) }}
{%- endmacro %}
