{{
    config(
        materialized='incremental',
        unique_key=['source_table', 'row_key'],
        incremental_strategy='delete+insert',
        on_schema_change='append_new_columns',
        pre_hook="{{ find_due_in_quarantine({
            'members': ref('hist_clinic__rejected_members'),
            'patients': ref('hist_clinic__patients'),
            'diagnoses': ref('hist_clinic__diagnoses'),
            'procedures': ref('hist_clinic__procedures'),
            'encounters': ref('hist_clinic__encounters'),
            'encounter_diagnoses': ref('hist_clinic__encounter_diagnoses'),
            'encounter_procedures': ref('hist_clinic__encounter_procedures'),
            'billing': ref('hist_clinic__billing'),
        }) }}",
        post_hook="{{ drop_due_table() }}",
    )
}}

with members as (

    select * from {{ ref('hist_clinic__rejected_members') }}
    where broken_rule is not null {{ and_is_due_in_quarantine('members') }}

),

patients as (

    {{ rejected_rows(ref('hist_clinic__patients'), 'patients', 'patient_id', [
        'patient_id', 'mrn', 'first_name', 'last_name', 'gender_code', 'date_of_birth', 'address', 'city', 'state',
        'postal_code',
    ], also=stay_columns()) }}

),

diagnoses as (

    {{ rejected_rows(ref('hist_clinic__diagnoses'), 'diagnoses', 'diagnosis_id', [
        'diagnosis_id', 'icd10_code', 'icd10_description',
    ], also=stay_columns()) }}

),

procedures as (

    {{ rejected_rows(ref('hist_clinic__procedures'), 'procedures', 'procedure_id', [
        'procedure_id', 'cpt_code', 'cpt_description',
    ], also=stay_columns()) }}

),

encounters as (

    {{ rejected_rows(ref('hist_clinic__encounters'), 'encounters', 'encounter_id', [
        'encounter_id', 'patient_id', 'provider_id', 'department_id', 'encounter_type', 'started_at', 'discharged_at',
    ], timestamps=['started_at', 'discharged_at'], also=stay_columns()) }}

),

encounter_diagnoses as (

    {{ rejected_rows(
        ref('hist_clinic__encounter_diagnoses'), 'encounter_diagnoses', 'encounter_diagnosis_id', [
        'encounter_diagnosis_id', 'encounter_id', 'diagnosis_id', 'diagnosis_sequence',
    ], also=stay_columns()) }}

),

encounter_procedures as (

    {{ rejected_rows(
        ref('hist_clinic__encounter_procedures'), 'encounter_procedures', 'encounter_procedure_id', [
        'encounter_procedure_id', 'encounter_id', 'procedure_id', 'procedure_date',
    ], also=stay_columns()) }}

),

billing as (

    {{ rejected_rows(ref('hist_clinic__billing'), 'billing', 'claim_id', [
        'claim_id', 'encounter_id', 'claim_status', 'claimed_amount', 'allowed_amount', 'claim_date',
    ], also=stay_columns() + ['claimed_amount', 'allowed_amount', 'claim_status']) }}

),

rules as (

    select * from {{ ref('ref_clinic_rules') }}

),

{{ stays_in_quarantine(
    'clinic',
    'rules',
    ['members', 'patients', 'diagnoses', 'procedures', 'encounters', 'encounter_diagnoses', 'encounter_procedures', 'billing'],
    amounts={
        'claimed_amount': {'billing': 'claimed_amount'},
        'allowed_amount': {'billing': 'allowed_amount'},
        'revenue_amount': {'billing': "case when claim_status <> 'Denied' then allowed_amount end"},
    },
) }}

select * from final
