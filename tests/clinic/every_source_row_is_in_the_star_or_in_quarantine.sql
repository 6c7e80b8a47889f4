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

with quarantine as (

    select * from {{ ref('int_clinic__quarantine') }}

),

row_counts as (

    select * from {{ ref('quality_clinic__row_counts') }}
    where audit_key = (select max(newest.audit_key) from {{ ref('quality_clinic__row_counts') }} as newest)

),

counted as (

    {%- for source_table, (relation, condition) in in_star.items() %}
    select
        '{{ source_table }}' as source_table,
        (select count(*) from {{ source('clinic', source_table) }}) as rows_in,
        (
            select count(*) from {{ relation }}
            where {{ condition }}
        ) as rows_in_star,
        (
            select count(*) from quarantine
            where source_table = '{{ source_table }}'
        ) as rows_in_quarantine
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select
    counted.*,
    row_counts.rows_in as rows_in_as_counted,
    row_counts.rows_loaded as rows_loaded_as_counted,
    row_counts.rows_rejected as rows_rejected_as_counted
from counted
left join row_counts on counted.source_table = row_counts.source_table
where
    counted.rows_in <> counted.rows_in_star + counted.rows_in_quarantine
    or counted.rows_in <> coalesce(row_counts.rows_in, -1)
    or counted.rows_in_star <> row_counts.rows_loaded
    or counted.rows_in_quarantine <> row_counts.rows_rejected
