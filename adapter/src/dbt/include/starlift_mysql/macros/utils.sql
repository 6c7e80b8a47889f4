{# dbt's cross-database macros. #}

{% macro starlift_mysql__concat(fields) -%}
    concat({{ fields | join(', ') }})
{%- endmacro %}

{% macro starlift_mysql__length(expression) -%}
    char_length({{ expression }})
{%- endmacro %}

{% macro starlift_mysql__any_value(expression) -%}
    max({{ expression }})
{%- endmacro %}

{% macro starlift_mysql__bool_or(expression) -%}
    max({{ expression }})
{%- endmacro %}

{% macro starlift_mysql__equals(expr1, expr2) -%}
    {%- if adapter.behavior.enable_truthy_nulls_equals_macro.no_warn -%}
        ({{ expr1 }} <=> {{ expr2 }})
    {%- else -%}
        ({{ expr1 }} = {{ expr2 }})
    {%- endif -%}
{%- endmacro %}

{# The delimiter counts as often as it is there; a part beyond the last one is empty, as elsewhere. #}
{% macro starlift_mysql__split_part(string_text, delimiter_text, part_number) -%}
    {%- set parts -%}
        ((char_length({{ string_text }}) - char_length(replace({{ string_text }}, {{ delimiter_text }}, '')))
            / char_length({{ delimiter_text }}) + 1)
    {%- endset -%}
    case
        when {{ string_text }} is null then null
        when abs({{ part_number }}) > {{ parts }} then ''
        when {{ part_number }} > 0
            then substring_index(substring_index({{ string_text }}, {{ delimiter_text }}, {{ part_number }}), {{ delimiter_text }}, -1)
        else substring_index(substring_index({{ string_text }}, {{ delimiter_text }}, {{ part_number }}), {{ delimiter_text }}, 1)
    end
{%- endmacro %}

{% macro starlift_mysql__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    {%- set aggregate -%}
        group_concat({{ measure }} {{ order_by_clause if order_by_clause }} separator {{ delimiter_text }})
    {%- endset -%}
    {%- if limit_num -%}
        substring_index({{ aggregate }}, {{ delimiter_text }}, {{ limit_num }})
    {%- else -%}
        {{ aggregate }}
    {%- endif -%}
{%- endmacro %}

{% macro starlift_mysql__array_construct(inputs, data_type) -%}
    {{ starlift_mysql__no_arrays() }}
{%- endmacro %}

{% macro starlift_mysql__array_append(array, new_element) -%}
    {{ starlift_mysql__no_arrays() }}
{%- endmacro %}

{% macro starlift_mysql__array_concat(array_1, array_2) -%}
    {{ starlift_mysql__no_arrays() }}
{%- endmacro %}

{% macro starlift_mysql__no_arrays() -%}
    {{ exceptions.raise_compiler_error('MySQL and MariaDB have no arrays: use json_array, or a table of its own.') }}
{%- endmacro %}

{% macro starlift_mysql__get_show_indexes_sql(relation) -%}
    show indexes from {{ relation.render() }}
{%- endmacro %}

{% macro starlift_mysql__validate_sql(sql) -%}
    {% call statement('validate_sql') -%}
        explain {{ sql }}
    {% endcall %}
    {{ return(load_result('validate_sql')) }}
{%- endmacro %}

{# MySQL wants `<>` where YAML says `!=`, and has no booleans to answer with. #}
{% macro starlift_mysql__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {{ mysql__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}
