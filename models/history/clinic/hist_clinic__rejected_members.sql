{%- set columns = ['source_table', 'source_key', 'row_text', 'updated_at'] %}

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

patients as (

    {{ rejected_rows(ref('int_clinic__checked_patients'), 'patients', 'patient_id', [
        'patient_id', 'mrn', 'first_name', 'last_name', 'gender_code', 'date_of_birth', 'address', 'city', 'state',
        'postal_code',
    ]) }}

),

providers as (

    {{ rejected_rows(ref('int_clinic__checked_providers'), 'providers', 'provider_id', [
        'provider_id', 'specialty_id', 'department_id', 'first_name', 'last_name', 'credential',
    ]) }}

),

rejected as (

    select * from specialties
    union all
    select * from departments
    union all
    select * from patients
    union all
    select * from providers

),

-- a row without a primary key is known by all that it says
keyed as (

    select
        {{ surrogate_key([
            'source_table', 'source_key', 'case when source_key is null then row_text end',
        ]) }} as row_key,
        rejected.*
    from rejected

),

checked as (

    select
        *,
        {{ duplicate_number('row_key', ['updated_at desc'], then_text=['row_text']) }} as duplicate_number
    from keyed

),

{{ versions_to_write(columns) }}

select * from final
