-- For every table of the source: rows in = rows in the star + rows in quarantine. Of a dimension with history the
-- current versions of members with a valid record count (one whose record is rejected keeps its last valid version), of
-- any dimension neither default nor inferred members. The newest counts of the quality models say the same.
{%- set present = 'is_current and not is_inferred and ' %}
{%- set in_star = {
    'specialties': [ref('dim_specialty'), present ~ 'specialty_id in (select specialty_id from ' ~ ref('int_clinic__valid_specialties') ~ ')'],
    'departments': [ref('dim_department'), present ~ 'department_id in (select department_id from ' ~ ref('int_clinic__valid_departments') ~ ')'],
    'patients': [ref('dim_patient'), present ~ 'patient_id in (select patient_id from ' ~ ref('int_clinic__valid_patients') ~ ')'],
    'providers': [ref('dim_provider'), present ~ 'provider_id in (select provider_id from ' ~ ref('int_clinic__valid_providers') ~ ')'],
    'diagnoses': [ref('dim_diagnosis'), 'not is_inferred and diagnosis_id is not null'],
    'procedures': [ref('dim_procedure'), 'not is_inferred and procedure_id is not null'],
    'encounters': [ref('fact_encounters'), 'true'],
    'billing': [ref('fact_claims'), 'true'],
    'encounter_diagnoses': [ref('bridge_encounter_diagnosis'), 'diagnosis_key <> -2'],
    'encounter_procedures': [ref('bridge_encounter_procedure'), 'procedure_key <> -2'],
} %}

{{ rows_unaccounted_for('clinic', in_star, ref('int_clinic__quarantine'), ref('quality_clinic__row_counts')) }}
