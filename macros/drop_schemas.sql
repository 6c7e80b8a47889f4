{#
    For `dbt run-operation`: drops a warehouse that was built beside the user's, which is its schema and all whose names
    go on from it with an underscore.
#}
{% macro drop_schemas_of(warehouse) -%}
    {%- if not warehouse.startswith('starlift_parity') %}
        {{ exceptions.raise_compiler_error("'" ~ warehouse ~ "' may be somebody's: only starlift_parity... is dropped") }}
    {%- endif %}
    {%- set found = run_query("select schema_name from information_schema.schemata order by 1") %}
    {%- for row in found.rows if row[0] == warehouse or row[0].startswith(warehouse ~ '_') %}
        {%- do adapter.drop_schema(api.Relation.create(database=target.database, schema=row[0])) %}
        {%- do log('dropped ' ~ row[0], info=true) %}
    {%- endfor %}
{%- endmacro %}
