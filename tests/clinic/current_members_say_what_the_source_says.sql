-- Every valid record of a member stands in its dimension as the current version, column by column.
{%- set dimensions = {
    'dim_patient': ['int_clinic__valid_patients', ['patient_id', 'date_of_birth'], [
        'mrn', 'first_name', 'last_name', 'gender', 'address', 'city', 'state', 'postal_code',
    ]],
    'dim_provider': ['int_clinic__valid_providers', ['provider_id', 'specialty_id', 'department_id'], [
        'first_name', 'last_name', 'credential',
    ]],
    'dim_department': ['int_clinic__valid_departments', ['department_id', 'floor_number', 'bed_capacity'], [
        'department_name',
    ]],
    'dim_specialty': ['int_clinic__valid_specialties', ['specialty_id'], ['specialty_name', 'specialty_code']],
} %}

with missing as (

    {%- for dimension, (valid, columns, texts) in dimensions.items() %}
    select
        '{{ dimension }}' as dimension,
        count(*) as missing_members
    from (
        select
            {{ columns | join(', ') }},
            coalesce({{ texts | join(", 'Unknown'), coalesce(") }}, 'Unknown')
        from {{ ref(valid) }}
        except
        select
            {{ columns | join(', ') }},
            {{ texts | join(', ') }}
        from {{ ref(dimension) }}
        where is_current
    ) as differing
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select *
from missing
where missing_members > 0
