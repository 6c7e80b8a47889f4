-- For every table of the source: rows in = rows in the star + rows in quarantine. A dimension's rows in the star are the
-- members that are there now, without default and inferred ones.
{%- set tables = {
    'specialties': "select count(*) from " ~ ref('dim_specialty') ~ " where is_current and not is_inferred and specialty_id is not null",
    'departments': "select count(*) from " ~ ref('dim_department') ~ " where is_current and not is_inferred and department_id is not null",
    'patients': "select count(*) from " ~ ref('dim_patient') ~ " where is_current and not is_inferred and patient_id is not null",
    'providers': "select count(*) from " ~ ref('dim_provider') ~ " where is_current and not is_inferred and provider_id is not null",
    'diagnoses': "select count(*) from " ~ ref('dim_diagnosis') ~ " where not is_inferred and diagnosis_id is not null",
    'procedures': "select count(*) from " ~ ref('dim_procedure') ~ " where not is_inferred and procedure_id is not null",
    'encounters': "select count(*) from " ~ ref('fact_encounters'),
    'billing': "select count(*) from " ~ ref('fact_claims'),
    'encounter_diagnoses': "select count(*) from " ~ ref('bridge_encounter_diagnosis') ~ " where diagnosis_key <> -2",
    'encounter_procedures': "select count(*) from " ~ ref('bridge_encounter_procedure') ~ " where procedure_key <> -2",
} %}

with counted as (

    {%- for table, in_star in tables.items() %}
    select
        '{{ table }}' as source_table,
        (select count(*) from {{ source('clinic', table) }}) as rows_in,
        ({{ in_star }}) as rows_in_star,
        (select count(*) from {{ ref('int_clinic__quarantine') }} where source_table = '{{ table }}') as rows_in_quarantine
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select *
from counted
where rows_in <> rows_in_star + rows_in_quarantine
