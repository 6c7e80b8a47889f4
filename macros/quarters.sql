{# The first and the last of the three months, as dim_month's keys, of the quarter that begins on a day such as 2025-10-01. #}
{% macro month_keys_of_quarter(first_day) -%}
    {%- if first_day[8:] != '01' -%}
        {{ exceptions.raise_compiler_error("retail_quarter_start is the first day of a month, not " ~ first_day) }}
    {%- endif -%}
    {%- set year, month = first_day[:4] | int, first_day[5:7] | int -%}
    {%- set last = 12 * year + month + 1 -%}
    {{ return([100 * year + month, 100 * (last // 12) + last % 12 + 1]) }}
{%- endmacro %}
