{#
    What a snapshot takes in: the valid rows, and, for a member whose record is rejected just now, its last valid version
    as it is stored, so that a rule that was broken for a day is neither a change nor a deletion in its history.
#}
{% macro snapshot_rows(valid, checked, natural_key) -%}
    {%- set columns = adapter.get_columns_in_relation(valid) | map(attribute='name') | join(', ') if execute else '*' -%}
    select {{ columns }} from {{ valid }}
    {%- if execute and adapter.get_relation(this.database, this.schema, this.identifier) %}
    union all
    select {{ columns }} from {{ this }}
    where
        dbt_valid_to = {{ end_of_time() }}
        and dbt_is_deleted = 'False'
        and {{ natural_key }} in (select {{ natural_key }} from {{ checked }} where broken_rule is not null)
        and {{ natural_key }} not in (select {{ natural_key }} from {{ valid }})
    {%- endif %}
{%- endmacro %}
