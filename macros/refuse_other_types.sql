{#
    For a staging model's post-hook: stops the build where a column gives another type than the `data_type` that the YAML
    says. Engines take text in a number's place each in their own way: one fails somewhere later, another reads 0.
#}
{% macro refuse_other_types() -%}
    {%- if execute %}
        {%- for found in columns_of(this) if found.name in model.columns %}
            {%- set declared = model.columns[found.name].data_type %}
            {#- dbt hands it on in the engine's own word -#}
            {%- set wanted = kind_of_type(declared) if declared %}
            {%- if wanted and kind_of_type(found.data_type) not in types_that_serve_as(wanted) %}
                {{ exceptions.raise_compiler_error(
                    this.identifier ~ "." ~ found.name ~ " is " ~ found.data_type ~ " where " ~ wanted ~ " is needed: cast it in "
                    ~ model.original_file_path ~ ", or load the table with its own types."
                ) }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}

{% macro types_that_serve_as(wanted) -%}
    {{ return(['integer', 'decimal'] if wanted == 'decimal' else [wanted]) }}
{%- endmacro %}

{# An engine's type in one of five words, or as it is called where it is none of them. #}
{% macro kind_of_type(data_type) -%}
    {%- set name = data_type | lower %}
    {%- set word = name.split('(')[0].split(' ')[0] %}
    {%- if 'with time zone' in name %}
        {{ return(name) }}
    {%- elif word.endswith('int') or word == 'integer' %}
        {{ return('integer') }}
    {%- elif word in ('decimal', 'numeric') %}
        {{ return('decimal') }}
    {%- elif word.endswith('text') or word in ('character', 'char', 'varchar', 'string', 'enum', 'bpchar') %}
        {{ return('text') }}
    {%- elif word in ('timestamp', 'timestamp_s', 'timestamp_ms', 'timestamp_ns', 'datetime') %}
        {{ return('timestamp') }}
    {%- endif %}
    {{ return(word) }}
{%- endmacro %}
