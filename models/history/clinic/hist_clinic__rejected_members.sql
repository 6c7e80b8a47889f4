with specialties as (

    {{ rejected_rows(ref('int_clinic__checked_specialties'), 'specialties', 'specialty_id', [
        'specialty_id', 'specialty_name', 'specialty_code',
    ]) }}

),

departments as (

    {{ rejected_rows(ref('int_clinic__checked_departments'), 'departments', 'department_id', [
        'department_id', 'department_name', 'floor_number', 'bed_capacity',
    ]) }}

),

providers as (

    {{ rejected_rows(ref('int_clinic__checked_providers'), 'providers', 'provider_id', [
        'provider_id', 'specialty_id', 'department_id', 'first_name', 'last_name', 'credential',
    ]) }}

),

{{ rejected_versions_of(['specialties', 'departments', 'providers']) }}

select * from final
