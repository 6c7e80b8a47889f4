{#- what is written down of patients besides appointments: table, kind, key, what, detail, first day, last day -#}
{%- set records = [
    ['medical_history', 'Medical history', 'history_id', 'condition_name', 'null', 'started_on', 'ended_on'],
    ['symptoms', 'Symptom', 'symptom_id', 'symptom', 'null', 'onset_on', 'null'],
    ['diagnosis', 'Diagnosis', 'diagnosis_id', 'condition_name', 'null', 'diagnosed_on', 'null'],
    ['medications', 'Medication', 'medication_id', 'medication_name', 'dosage', 'started_on', 'ended_on'],
    ['treatments', 'Treatment', 'treatment_id', 'treatment_name', 'null', 'started_on', 'ended_on'],
    ['lab_tests', 'Lab test', 'lab_test_id', 'test_name', 'test_result', 'tested_on', 'null'],
    ['referrals', 'Referral', 'referral_id', 'referred_to', 'reason', 'null', 'null'],
    ['follow_up', 'Follow-up', 'follow_up_id', "'Follow-up'", 'notes', 'follow_up_date', 'null'],
] -%}

{%- for table, kind, key, what, detail, first_day, last_day in records %}
select
    cast('{{ kind }}' as {{ dbt.type_string() }}) as care_kind,
    {{ key }} as source_id,
    patient_id,
    {{ 'doctor_id' if table == 'referrals' else dbt.cast('null', dbt.type_int()) }} as doctor_id,
    {{ 'appointment_id' if table == 'follow_up' else dbt.cast('null', dbt.type_int()) }} as appointment_id,
    cast({{ what }} as {{ dbt.type_string() }}) as what,
    cast({{ detail }} as {{ dbt.type_string() }}) as detail,
    cast({{ first_day }} as date) as started_on,
    cast({{ last_day }} as date) as ended_on
from {{ ref('int_ultrasound__checked_' ~ table) }}
where broken_rule is null
{% if not loop.last %}union all{% endif %}
{%- endfor %}
