{#
    What is due in the clinic's incremental tables. Each query gives keys, from the rows upstream that are newer than the
    table; what hangs on what is derived from the models' SQL, rule by rule.
#}


{#
    The encounters that are due in fact_encounters, as the valid rows that they are. All encounters of a patient are due
    together: a stay's readmission hangs on the others, and so does which of them counts the patient in a month.
#}
{% macro encounters_due() -%}
    {%- set since = known_until() or 0 %}
    {%- set children = [
        ref('hist_clinic__billing'), ref('hist_clinic__encounter_diagnoses'), ref('hist_clinic__encounter_procedures'),
    ] %}
    {%- set encounters = ref('int_clinic__valid_encounters') %}
    {%- set specialties = ref('dim_specialty') %}
    select *
    from {{ encounters }}
    where patient_id in (
        -- of encounters that changed, as they are and as they were
        select patient_id
        from {{ ref('hist_clinic__encounters') }}
        where audit_key > {{ since }}
        {%- for child in children %}
        union
        select encounters.patient_id
        from {{ child }} as children
        inner join {{ ref('hist_clinic__encounters') }} as encounters on children.encounter_id = encounters.row_key
        where children.audit_key > {{ since }}
        {%- endfor %}
        union
        select patient_id
        from {{ ref('dim_patient') }}
        where audit_key > {{ since }}
        union
        -- of encounters whose department, provider or specialty is another version than the one that is stored
        select encounters.patient_id
        from {{ encounters }} as encounters
        inner join {{ ref('dim_department') }} as departments
            on
                encounters.department_id = departments.department_id
                and {{ valid_at('departments', 'encounters.started_at') }}
        inner join {{ this }} as written on encounters.encounter_id = written.encounter_id
        where
            departments.audit_key > {{ since }}
            and written.department_key <> departments.department_key
        union
        select encounters.patient_id
        from {{ encounters }} as encounters
        inner join {{ ref('dim_provider') }} as providers
            on
                encounters.provider_id = providers.provider_id
                and {{ valid_at('providers', 'encounters.started_at') }}
        left join {{ specialties }} as specialties
            on
                providers.specialty_id = specialties.specialty_id
                and {{ valid_at('specialties', 'encounters.started_at') }}
        inner join {{ this }} as written on encounters.encounter_id = written.encounter_id
        where
            (providers.audit_key > {{ since }} or specialties.audit_key > {{ since }})
            and (
                written.provider_key <> providers.provider_key
                or written.specialty_key <> coalesce(specialties.specialty_key, -1)
            )
        union
        -- of encounters whose provider now has another specialty
        select encounters.patient_id
        from {{ encounters }} as encounters
        inner join {{ ref('dim_provider_current') }} as providers on encounters.provider_id = providers.provider_id
        left join {{ ref('dim_specialty_current') }} as specialties on providers.specialty_id = specialties.specialty_id
        inner join {{ this }} as written on encounters.encounter_id = written.encounter_id
        where
            (providers.audit_key > {{ since }} or specialties.audit_key > {{ since }})
            and written.current_specialty_durable_key <> coalesce(specialties.specialty_durable_key, -1)
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
