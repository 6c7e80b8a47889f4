{#
    Patients are checked twice: all of them, as the source has them now, for the snapshot (`dbt snapshot` builds nothing else),
    and for their history those that are due. The rules are here, once.
#}


{#
    CTEs from `patients`, which bear their row_key, and `genders`: every row with the first rule that it breaks. A rule looks at
    one row, at rows with the same primary key, and at rows with the same record number, so `patients` has all of these or none.
#}
{% macro checked_patients() -%}
    numbered as (

        {{ number_duplicates(
            'patients',
            'patients',
            'row_key',
            ['updated_at desc', 'date_of_birth', 'created_at'],
            then_text=['mrn', 'first_name', 'last_name', 'gender_code', 'address', 'city', 'state', 'postal_code'],
        ) }}

    ),

    sound as (

        select
            numbered.*,
            case
                when numbered.patient_id is null then 'patient_id_missing'
                when numbered.duplicate_number > 1 then 'patient_id_repeated'
                when numbered.mrn is null then 'patient_mrn_missing'
                when numbered.gender_code is not null and genders.gender_code is null then 'patient_gender_unknown'
                when {{ is_born_after_extract('numbered.date_of_birth') }} then 'patient_birth_after_extract'
            end as own_broken_rule
        from numbered
        left join genders on numbered.gender_code = genders.gender_code

    ),

    -- only rows that are sound by themselves compete: the winner of a record number must not be a row that is rejected
    ranked as (

        {{ number_duplicates(
            'sound',
            'patients',
            'mrn',
            ['updated_at desc', 'patient_id'],
            competing='own_broken_rule is null',
            name='mrn_number',
        ) }}

    ),

    checked as (

        select
            ranked.*,
            case
                when own_broken_rule is not null then own_broken_rule
                when mrn_number > 1 then 'patient_mrn_repeated'
            end as broken_rule
        from ranked

    )
{%- endmacro %}

{% macro is_born_after_extract(date_of_birth) -%}
    {{ date_of_birth }} > cast({{ extracted_at('clinic') }} as date)
{%- endmacro %}

{#
    For the history's pre-hook. A row that is as it was can still be judged otherwise, and with it those of its record number:
    where it says a date of birth beyond the extract, which goes on.
#}
{% macro find_due_patients() -%}
    {%- set by_extract = "broken_rule = 'patient_birth_after_extract' or " ~ is_born_after_extract('date_of_birth') %}
    {{ find_due_rows(ref('stg_clinic__patients'), 'patient_id', rivals_by='mrn', or_where=by_extract) }}
{%- endmacro %}


{# The valid rows of `checked`, a relation of rows with their broken_rule; `where` picks some of them. #}
{% macro valid_patients(checked, where='true') -%}
    -- without CTEs, of which PostgreSQL would first read all where few rows are wanted
    select
        patients.patient_id,
        patients.mrn,
        patients.first_name,
        patients.last_name,
        patients.gender_code,
        genders.gender,
        patients.date_of_birth,
        patients.address,
        patients.city,
        patients.state,
        patients.postal_code,
        patients.created_at,
        coalesce(patients.updated_at, {{ extracted_at('clinic') }}) as updated_at,
        -- when this content was seen: snapshots keep it, and it orders versions
        {{ extracted_at('clinic') }} as captured_at
    from {{ checked }} as patients
    left join {{ ref('ref_genders') }} as genders on patients.gender_code = genders.gender_code
    where
        patients.broken_rule is null
        and {{ where }}
{%- endmacro %}
