{#- by table its columns, the key in front -#}
{%- set tables = {
    'Departments': ['department_id', 'department_name'],
    'Clinics': ['clinic_id', 'clinic_name', 'address', 'contact_number', 'email'],
    'Patients': [
        'patient_id', 'first_name', 'last_name', 'date_of_birth', 'gender', 'address', 'contact_number',
        'email',
    ],
    'Doctors': ['doctor_id', 'first_name', 'last_name', 'specialization', 'contact_number', 'email', 'department_id'],
    'Machines': ['machine_id', 'machine_name', 'department_id', 'status'],
    'Technicians': ['technician_id', 'first_name', 'last_name', 'contact_number', 'email', 'department_id'],
    'Radiologists': ['radiologist_id', 'first_name', 'last_name', 'contact_number', 'email', 'department_id'],
    'Appointments': ['appointment_id', 'patient_id', 'doctor_id', 'appointment_at', 'reason'],
    'Ultrasound_Results': ['result_id', 'patient_id', 'appointment_id', 'image_file', 'finding'],
    'Reports': ['report_id', 'patient_id', 'appointment_id', 'report_text', 'report_date'],
    'Billing': ['bill_id', 'patient_id', 'appointment_id', 'billed_amount', 'payment_status'],
    'Follow_Up': ['follow_up_id', 'patient_id', 'appointment_id', 'follow_up_date', 'notes'],
    'Medical_History': ['history_id', 'patient_id', 'condition_name', 'started_on', 'ended_on'],
    'Symptoms': ['symptom_id', 'patient_id', 'symptom', 'onset_on'],
    'Diagnosis': ['diagnosis_id', 'patient_id', 'condition_name', 'diagnosed_on'],
    'Medications': ['medication_id', 'patient_id', 'medication_name', 'dosage', 'started_on', 'ended_on'],
    'Treatments': ['treatment_id', 'patient_id', 'treatment_name', 'started_on', 'ended_on'],
    'Lab_Tests': ['lab_test_id', 'patient_id', 'test_name', 'tested_on', 'test_result'],
    'Referrals': ['referral_id', 'patient_id', 'doctor_id', 'referred_to', 'reason'],
    'Insurance': ['insurance_id', 'patient_id', 'insurer', 'policy_number', 'coverage_amount', 'expires_on'],
} -%}
with
{%- for table, columns in tables.items() %}
{{ table | lower }} as (

    {{ rejected_rows(
        ref('int_ultrasound__checked_' ~ table | lower), table, columns[0], columns,
        timestamps=['appointment_at'], updated_at=dbt.cast('null', dbt.type_timestamp()),
    ) }}

),
{% endfor %}
{{ rejected_versions_of(tables.keys() | map('lower') | list) }}

select * from final
