-- For every table of the ultrasound clinic: rows in = rows in the star + rows in quarantine. A member counts where it is
-- current in its dimension and its record is valid (one whose record is rejected keeps its last valid version); the results
-- and reports of one appointment are one exam, which counts them.
{%- set present = 'is_current and not is_inferred and ' %}
{%- set in_star = {
    'Departments': [ref('dim_ultrasound_department'), 'department_id is not null and not is_inferred'],
    'Clinics': [ref('dim_ultrasound_clinic'), 'clinic_id is not null'],
    'Technicians': [ref('dim_ultrasound_staff'), "staff_role = 'Technician'"],
    'Radiologists': [ref('dim_ultrasound_staff'), "staff_role = 'Radiologist'"],
    'Insurance': [ref('dim_ultrasound_insurance'), 'insurance_id is not null'],
    'Appointments': [ref('fact_appointments'), 'true'],
    'Ultrasound_Results': [ref('fact_ultrasound_exams'), 'true', 'coalesce(sum(result_count), 0)'],
    'Reports': [ref('fact_ultrasound_exams'), 'true', 'coalesce(sum(report_count), 0)'],
    'Billing': [ref('fact_ultrasound_bills'), 'true'],
} %}
{%- for table, member in {'Patients': 'patient', 'Doctors': 'doctor', 'Machines': 'machine'}.items() %}
    {%- set id = member ~ '_id' %}
    {%- set valid = ref('int_ultrasound__valid_' ~ member ~ 's') %}
    {%- do in_star.update({
        table: [ref('dim_ultrasound_' ~ member), present ~ id ~ ' in (select ' ~ id ~ ' from ' ~ valid ~ ')'],
    }) %}
{%- endfor %}
{%- for table, kind in {
    'Medical_History': 'Medical history', 'Symptoms': 'Symptom', 'Diagnosis': 'Diagnosis', 'Medications': 'Medication',
    'Treatments': 'Treatment', 'Lab_Tests': 'Lab test', 'Referrals': 'Referral', 'Follow_Up': 'Follow-up',
}.items() %}
    {%- do in_star.update({table: [ref('fact_ultrasound_care'), "care_kind = '" ~ kind ~ "'"]}) %}
{%- endfor %}

{{ rows_unaccounted_for(
    'ultrasound', in_star, ref('int_ultrasound__quarantine'), ref('quality_ultrasound__row_counts')
) }}
