{# Whether a text matches a regular expression somewhere; patterns do without backslashes, which engines read differently. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__matches(text, pattern) -%}
    {{ text }} ~ '{{ pattern }}'
{%- endmacro %}

{% macro mysql__matches(text, pattern) -%}
    {{ text }} regexp '{{ pattern }}'
{%- endmacro %}


{# A text without the parts that match a regular expression. #}
{% macro without(text, pattern) -%}
    {{ return(adapter.dispatch('without')(text, pattern)) }}
{%- endmacro %}

{% macro default__without(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}

{% macro mysql__without(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '')
{%- endmacro %}
