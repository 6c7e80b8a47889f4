-- For every table of the ultrasound clinic: rows in = rows in the star + rows in quarantine. A member counts where it
-- is current in its dimension and its record is valid (one whose record is rejected keeps its last valid version); the
-- results and reports of one appointment are one exam, which counts them.
{%- set present = 'is_current and not is_inferred and ' %}
{%- set in_star = {
    'Departments': [ref('dim_ultrasound_department'), 'department_id is not null and not is_inferred'],
    'Clinics': [ref('dim_ultrasound_clinic'), 'clinic_id is not null'],
    'Patients': [ref('dim_ultrasound_patient'), present ~ 'patient_id in (select patient_id from ' ~ ref('int_ultrasound__valid_patients') ~ ')'],
    'Doctors': [ref('dim_ultrasound_doctor'), present ~ 'doctor_id in (select doctor_id from ' ~ ref('int_ultrasound__valid_doctors') ~ ')'],
    'Machines': [ref('dim_ultrasound_machine'), present ~ 'machine_id in (select machine_id from ' ~ ref('int_ultrasound__valid_machines') ~ ')'],
    'Technicians': [ref('dim_ultrasound_staff'), "staff_role = 'Technician'"],
    'Radiologists': [ref('dim_ultrasound_staff'), "staff_role = 'Radiologist'"],
    'Appointments': [ref('fact_appointments'), 'true'],
    'Ultrasound_Results': [ref('fact_ultrasound_exams'), 'true', 'coalesce(sum(result_count), 0)'],
    'Reports': [ref('fact_ultrasound_exams'), 'true', 'coalesce(sum(report_count), 0)'],
    'Billing': [ref('fact_ultrasound_bills'), 'true'],
    'Follow_Up': [ref('fact_ultrasound_care'), "care_kind = 'Follow-up'"],
    'Medical_History': [ref('fact_ultrasound_care'), "care_kind = 'Medical history'"],
    'Symptoms': [ref('fact_ultrasound_care'), "care_kind = 'Symptom'"],
    'Diagnosis': [ref('fact_ultrasound_care'), "care_kind = 'Diagnosis'"],
    'Medications': [ref('fact_ultrasound_care'), "care_kind = 'Medication'"],
    'Treatments': [ref('fact_ultrasound_care'), "care_kind = 'Treatment'"],
    'Lab_Tests': [ref('fact_ultrasound_care'), "care_kind = 'Lab test'"],
    'Referrals': [ref('fact_ultrasound_care'), "care_kind = 'Referral'"],
    'Insurance': [ref('dim_ultrasound_insurance'), 'insurance_id is not null'],
} %}

{%- set quarantine, counts = ref('int_ultrasound__quarantine'), ref('quality_ultrasound__row_counts') %}

{{ rows_unaccounted_for('ultrasound', in_star, quarantine, counts) }}
