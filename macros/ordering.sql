{# One item of an `order by`, such as 'updated_at desc', with nulls behind everything else. #}
{% macro nulls_last(item) -%}
    {{ return(adapter.dispatch('nulls_last')(item)) }}
{%- endmacro %}

{% macro default__nulls_last(item) -%}
    {{ item }} nulls last
{%- endmacro %}

{# MySQL takes null for the smallest value there is. #}
{% macro mysql__nulls_last(item) -%}
    {%- if item.endswith(' desc') -%} {{ item }} {%- else -%} {{ item }} is null, {{ item }} {%- endif -%}
{%- endmacro %}


{# Text in an `order by`, compared character by character and not as some language's dictionary would. #}
{% macro in_code_order(column) -%}
    {{ return(adapter.dispatch('in_code_order')(column)) }}
{%- endmacro %}

{% macro default__in_code_order(column) -%}
    {{ column }}
{%- endmacro %}

{% macro postgres__in_code_order(column) -%}
    {{ column }} collate "C"
{%- endmacro %}
