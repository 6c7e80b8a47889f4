-- For every table of the source: rows in = rows in the star + rows in quarantine. Of a dimension with history the
-- current versions count, of any dimension neither default nor inferred members.
{%- set in_star = {
    'specialties': [ref('dim_specialty'), 'is_current and not is_inferred and specialty_id is not null'],
    'departments': [ref('dim_department'), 'is_current and not is_inferred and department_id is not null'],
    'patients': [ref('dim_patient'), 'is_current and not is_inferred and patient_id is not null'],
    'providers': [ref('dim_provider'), 'is_current and not is_inferred and provider_id is not null'],
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

select *
from counted
where rows_in <> rows_in_star + rows_in_quarantine
