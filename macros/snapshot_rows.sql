{#
    What a snapshot takes in: the valid rows, and, for a member whose record is rejected just now, its last valid version
    as it is stored, so that a rule that was broken for a day is neither a change nor a deletion in its history.
#}
{% macro snapshot_rows(valid, staged, natural_key) -%}
    {%- set columns = adapter.get_columns_in_relation(valid) | map(attribute='name') | join(', ') if execute else '*' -%}
    {%- set stored = adapter.get_relation(this.database, this.schema, this.identifier) if execute -%}
    with valid as (

        select {{ columns }} from {{ valid }}

    )

    select {{ columns }} from valid
    {%- if stored %}
    union all
    select {{ columns }} from {{ this }}
    where
        dbt_valid_to = {{ end_of_time() }}
        and dbt_is_deleted = 'False'
        and {{ natural_key }} in (select staged.{{ natural_key }} from {{ staged }} as staged)
        and {{ natural_key }} not in (select valid.{{ natural_key }} from valid)
    {%- endif %}
{%- endmacro %}
