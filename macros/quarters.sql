{# The first and the last month, as dim_month's keys, of the calendar quarter that begins on a day such as 2025-10-01. #}
{% macro month_keys_of_quarter(first_day) -%}
    {%- if first_day[5:] not in ('01-01', '04-01', '07-01', '10-01') -%}
        {{ exceptions.raise_compiler_error("retail_quarter_start is the first day of a calendar quarter, not " ~ first_day) }}
    {%- endif -%}
    {%- set year, month = first_day[:4] | int, first_day[5:7] | int -%}
    {{ return([100 * year + month, 100 * year + month + 2]) }}
{%- endmacro %}
