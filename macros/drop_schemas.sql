{#
    For `dbt run-operation`: drops every schema whose name begins with the prefix, with all that is in it. The tools
    that build warehouses of their own beside the user's clean up with it.
#}
{% macro drop_schemas_that_begin_with(prefix) -%}
    {%- if prefix | length < 5 %}
        {{ exceptions.raise_compiler_error("'" ~ prefix ~ "' could begin the name of any schema: give a longer one") }}
    {%- endif %}
    {%- set found = run_query("select schema_name from information_schema.schemata order by 1") %}
    {%- for row in found.rows if row[0].startswith(prefix) %}
        {%- do adapter.drop_schema(api.Relation.create(database=target.database, schema=row[0])) %}
        {%- do log('dropped ' ~ row[0], info=true) %}
    {%- endfor %}
{%- endmacro %}
