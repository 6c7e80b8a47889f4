{#
    What is due in the clinic's incremental tables. Each query gives keys, from the rows upstream that are newer than the
    table; what hangs on what is derived from the models' SQL, rule by rule.
#}


{#
    The encounters that are due in fact_encounters, as the valid rows that they are. What a row says is about its encounter
    alone, but for two measures: a stay's readmission hangs on the patient's other encounters, so where one of them changed all
    are due (`patient_is_due`); and which encounter counts the patient in a month hangs on the others of that month, so these
    are due where the present specialty of one's provider changed (`month_is_due`). Claims, diagnoses and procedures are counted
    again where one of them, or the encounter itself, changed (`children_are_due`).
#}
{% macro encounters_due() -%}
    {%- set since = known_until() or 0 %}
    {%- set history = ref('hist_clinic__encounters') %}
    {%- set children = [
        ref('hist_clinic__billing'), ref('hist_clinic__encounter_diagnoses'), ref('hist_clinic__encounter_procedures'),
    ] %}
    {%- set patient_is_due = 'encounters.patient_id in (select patients_due.patient_id from patients_due)' %}
    with patients_due as (

        -- of encounters that changed, as they are and as they were
        select patient_id
        from {{ history }}
        where audit_key > {{ since }}

    ),

    providers_due as (

        {{ part_of_due('providers', providers_due()) }}

    ),

    written_of_providers as (

        select
            encounter_id,
            started_at,
            start_month_key,
            provider_durable_key,
            provider_key,
            specialty_key,
            current_specialty_durable_key
        from {{ this }}
        where provider_durable_key in (select providers_due.provider_durable_key from providers_due)

    ),

    -- in which an encounter's provider now has another specialty than the one that is stored
    months_due as (

        select
            encounters.patient_id,
            written.start_month_key
        from written_of_providers as written
        inner join {{ ref('dim_provider_current') }} as providers
            on written.provider_durable_key = providers.provider_durable_key
        left join {{ ref('dim_specialty_current') }} as specialties on providers.specialty_id = specialties.specialty_id
        inner join {{ history }} as encounters on written.encounter_id = encounters.row_key
        where
            written.current_specialty_durable_key <> coalesce(specialties.specialty_durable_key, -1)
            and encounters.known_to = {{ still_known() }}
        group by encounters.patient_id, written.start_month_key

    ),

    encounters_of_months_due as (

        select encounters.row_key
        from (
            select
                row_key,
                patient_id,
                started_at
            from {{ history }}
            where
                known_to = {{ still_known() }}
                and patient_id in (select months_due.patient_id from months_due)
        ) as encounters
        inner join months_due
            on
                encounters.patient_id = months_due.patient_id
                and {{ month_key('encounters.started_at') }} = months_due.start_month_key

    ),

    encounters_of_new_versions as (

        select
            row_key,
            patient_id,
            started_at
        from {{ history }}
        where
            known_to = {{ still_known() }}
            and patient_id in (select patients.patient_id from {{ ref('dim_patient') }} as patients where patients.audit_key > {{ since }})

    ),

    children_due as (

        select row_key
        from {{ history }}
        where audit_key > {{ since }}
        {%- for child in children %}
        union
        select encounter_id as row_key
        from {{ child }}
        where audit_key > {{ since }}
        {%- endfor %}

    ),

    encounters_due as (

        select row_key
        from {{ history }}
        where
            known_to = {{ still_known() }}
            and patient_id in (select patients_due.patient_id from patients_due)
        union
        select row_key
        from children_due
        union
        select row_key
        from encounters_of_months_due
        union
        -- those whose patient, department, provider or specialty is another version than the one that is stored
        select encounters.row_key
        from encounters_of_new_versions as encounters
        inner join {{ ref('dim_patient') }} as patients
            on
                encounters.patient_id = patients.patient_id
                and {{ valid_at('patients', 'encounters.started_at') }}
        inner join {{ this }} as written on encounters.row_key = written.encounter_id
        where written.patient_key <> patients.patient_key
        union
        select written.encounter_id as row_key
        from {{ this }} as written
        inner join {{ ref('dim_department') }} as departments
            on
                written.department_durable_key = departments.department_durable_key
                and {{ valid_at('departments', 'written.started_at') }}
        where
            departments.audit_key > {{ since }}
            and written.department_key <> departments.department_key
        union
        select written.encounter_id as row_key
        from written_of_providers as written
        inner join {{ ref('dim_provider') }} as providers
            on
                written.provider_durable_key = providers.provider_durable_key
                and {{ valid_at('providers', 'written.started_at') }}
        left join {{ ref('dim_specialty') }} as specialties
            on
                providers.specialty_id = specialties.specialty_id
                and {{ valid_at('specialties', 'written.started_at') }}
        where
            written.provider_key <> providers.provider_key
            or written.specialty_key <> coalesce(specialties.specialty_key, -1)

    )

    select
        encounters.*,
        case when {{ patient_is_due }} then 1 else 0 end as patient_is_due,
        case
            when {{ patient_is_due }} then 1
            when encounters.encounter_id in (select months.row_key from encounters_of_months_due as months) then 1
            else 0
        end as month_is_due,
        case
            when encounters.encounter_id in (select children.row_key from children_due as children) then 1
            else 0
        end as children_are_due
    from {{ ref('int_clinic__valid_encounters') }} as encounters
    where encounters.encounter_id in (select encounters_due.row_key from encounters_due)
{%- endmacro %}

{# Providers of which a version, or a version of the specialty, is new. #}
{% macro providers_due() -%}
    {%- set since = known_until() or 0 %}
    select provider_durable_key
    from {{ ref('dim_provider') }}
    where audit_key > {{ since }}
    union
    select providers.provider_durable_key
    from {{ ref('dim_provider') }} as providers
    inner join {{ ref('dim_specialty') }} as specialties on providers.specialty_id = specialties.specialty_id
    where specialties.audit_key > {{ since }}
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
    select row_key as encounter_id
    from {{ ref('hist_clinic__encounters') }}
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
