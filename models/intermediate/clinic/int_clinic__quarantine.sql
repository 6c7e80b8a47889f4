{%- set now_known = known_now() %}

with specialties as (

    {{ quarantined_rows(ref('int_clinic__checked_specialties'), 'specialties', 'specialty_id', [
        'specialty_id', 'specialty_name', 'specialty_code',
    ]) }}

),

departments as (

    {{ quarantined_rows(ref('int_clinic__checked_departments'), 'departments', 'department_id', [
        'department_id', 'department_name', 'floor_number', 'bed_capacity',
    ]) }}

),

diagnoses as (

    {{ quarantined_rows(ref('hist_clinic__diagnoses'), 'diagnoses', 'diagnosis_id', [
        'diagnosis_id', 'icd10_code', 'icd10_description',
    ], among=now_known) }}

),

procedures as (

    {{ quarantined_rows(ref('hist_clinic__procedures'), 'procedures', 'procedure_id', [
        'procedure_id', 'cpt_code', 'cpt_description',
    ], among=now_known) }}

),

patients as (

    {{ quarantined_rows(ref('int_clinic__checked_patients'), 'patients', 'patient_id', [
        'patient_id', 'mrn', 'first_name', 'last_name', 'gender_code', 'date_of_birth', 'address', 'city', 'state',
        'postal_code',
    ]) }}

),

providers as (

    {{ quarantined_rows(ref('int_clinic__checked_providers'), 'providers', 'provider_id', [
        'provider_id', 'specialty_id', 'department_id', 'first_name', 'last_name', 'credential',
    ]) }}

),

encounters as (

    {{ quarantined_rows(ref('hist_clinic__encounters'), 'encounters', 'encounter_id', [
        'encounter_id', 'patient_id', 'provider_id', 'department_id', 'encounter_type', 'started_at', 'discharged_at',
    ], timestamps=['started_at', 'discharged_at'], among=now_known) }}

),

encounter_diagnoses as (

    {{ quarantined_rows(
        ref('hist_clinic__encounter_diagnoses'), 'encounter_diagnoses', 'encounter_diagnosis_id', [
        'encounter_diagnosis_id', 'encounter_id', 'diagnosis_id', 'diagnosis_sequence',
    ], among=now_known) }}

),

encounter_procedures as (

    {{ quarantined_rows(
        ref('hist_clinic__encounter_procedures'), 'encounter_procedures', 'encounter_procedure_id', [
        'encounter_procedure_id', 'encounter_id', 'procedure_id', 'procedure_date',
    ], among=now_known) }}

),

billing as (

    {{ quarantined_rows(ref('hist_clinic__billing'), 'billing', 'claim_id', [
        'claim_id', 'encounter_id', 'claim_status', 'claimed_amount', 'allowed_amount', 'claim_date',
    ],
        claimed_amount='claimed_amount',
        allowed_amount='allowed_amount',
        revenue_amount="case when claim_status <> 'Denied' then allowed_amount end",
        among=now_known,
    ) }}

),

final as (

    select * from specialties
    union all
    select * from departments
    union all
    select * from diagnoses
    union all
    select * from procedures
    union all
    select * from patients
    union all
    select * from providers
    union all
    select * from encounters
    union all
    select * from encounter_diagnoses
    union all
    select * from encounter_procedures
    union all
    select * from billing

)

select * from final
