{#
    Overrides dbt's: a source that the var `left_out` names, or one table of it, is there and has no rows. So who has the web
    shop alone, or no returns, builds the same star with less in it, and no model, test or question has to know.
#}
{% macro source(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) %}
    {#- an analysis may give the table another name, and is run by hand -#}
    {%- if execute and is_left_out(source_name, table_name) and model.resource_type != 'analysis' %}
        {{ return(no_rows_of(source_name, table_name)) }}
    {%- endif %}
    {{ return(relation) }}
{%- endmacro %}

{% macro is_left_out(source_name, table_name='') -%}
    {{ return(source_name in var('left_out') or source_name ~ '.' ~ table_name in var('left_out')) }}
{%- endmacro %}

{# For on-run-start: a name that is none would leave nothing out, and a word in place of the list all that it is part of. #}
{% macro check_left_out(names=var('left_out')) -%}
    {%- if execute %}
        {%- if names is string or names is not iterable %}
            {{ exceptions.raise_compiler_error(
                "left_out is " ~ names ~ ": make it a list, as in [pos, shop.returns]"
            ) }}
        {%- endif %}
        {%- set known = [] %}
        {#- with the domain switched off dbt has none of its sources -#}
        {%- set switched_off = ['pos', 'shop'] if not var('retail_enabled') else [] %}
        {%- do switched_off.append('ultrasound') if not var('ultrasound_enabled') or var('as_of') %}
        {%- for table in graph.sources.values()
            if table.name != 'loads' and table.columns.values() | selectattr('data_type') | list %}
            {%- do known.extend([table.source_name, table.source_name ~ '.' ~ table.name]) %}
        {%- endfor %}
        {%- for name in names if name not in known and name.split('.')[0] not in switched_off %}
            {{ exceptions.raise_compiler_error(
                "left_out names " ~ name ~ ", which cannot be left out: choose of " ~ known | unique | sort | join(', ')
            ) }}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}


{# A table of a source without rows, with the columns that its YAML lists. #}
{% macro no_rows_of(source_name, table_name) -%}
    (
        select
            {%- for table in graph.sources.values() if table.source_name == source_name and table.name == table_name %}
            {%- for column in table.columns.values() %}
            cast(null as {{ type_of_no_rows(column.data_type) }}) as {{ adapter.quote(column.name) if column.quote else column.name }}{{ ',' if not loop.last }}
            {%- endfor %}
            {%- endfor %}
        from (select 1 as one_row) as one_row
        where 1 = 0
    ) as {{ table_name }}
{%- endmacro %}

{# The engine's own type for the word that the YAML has. #}
{% macro type_of_no_rows(word) -%}
    {{ return({
        'integer': dbt.type_int(),
        'text': dbt.type_string(),
        'timestamp': dbt.type_timestamp(),
        'decimal': 'decimal(12, 2)',
    }.get(word, word)) }}
{%- endmacro %}
