{%- set since = known_until() %}
{%- set histories = {
    'diagnoses': ref('hist_clinic__diagnoses'),
    'procedures': ref('hist_clinic__procedures'),
    'encounters': ref('hist_clinic__encounters'),
    'encounter_diagnoses': ref('hist_clinic__encounter_diagnoses'),
    'encounter_procedures': ref('hist_clinic__encounter_procedures'),
    'billing': ref('hist_clinic__billing'),
} %}
{%- set members = {
    'specialties': ref('stg_clinic__specialties'),
    'departments': ref('stg_clinic__departments'),
    'patients': ref('stg_clinic__patients'),
    'providers': ref('stg_clinic__providers'),
} %}

with rejected_members as (

    select * from {{ ref('hist_clinic__rejected_members') }}
    where known_to = {{ still_known() }}

),

counted as (

    {%- for source_table, staged in members.items() %}
    select
        '{{ source_table }}' as source_table,
        (select count(*) from {{ staged }}) as row_count,
        (
            select count(*) from rejected_members
            where source_table = '{{ source_table }}'
        ) as rejected_count
    union all
    {%- endfor %}
    {%- for source_table, history in histories.items() %}
    {{ row_counts_of(history, source_table, since) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select
        cast(source_table as {{ dbt.type_string() }}) as source_table,
        cast(row_count as {{ dbt.type_bigint() }}) as rows_in,
        cast(row_count - rejected_count as {{ dbt.type_bigint() }}) as rows_loaded,
        cast(rejected_count as {{ dbt.type_bigint() }}) as rows_rejected,
        {{ audit_key() }} as audit_key
    from counted

)

select * from final
