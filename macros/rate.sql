{# A share as a decimal with four places; null where there is nothing to share. #}
{% macro rate(part, whole) -%}
    cast({{ rounded_quotient(part, whole, 4) }} as decimal(9, 4))
{%- endmacro %}


{# An amount per piece, day or person as a decimal with two places; null where there is none of them. #}
{% macro amount_per(amount, number) -%}
    cast({{ rounded_quotient(amount, number, 2) }} as decimal(18, 2))
{%- endmacro %}


{#
    A quotient of two numbers with up to four decimals, rounded half away from zero; null where the divisor is 0. They may be
    large: a lift divides products of counts.
#}
{% macro rounded_quotient(part, whole, places) -%}
    {{ return(adapter.dispatch('rounded_quotient')(part, whole, places)) }}
{%- endmacro %}

{% macro default__rounded_quotient(part, whole, places) -%}
    round(cast({{ part }} as decimal(38, 4)) / nullif({{ whole }}, 0), {{ places }})
{%- endmacro %}

{# DuckDB divides decimals as floating-point numbers, which have no exact half of a cent: whole numbers have. #}
{% macro duckdb__rounded_quotient(part, whole, places) -%}
    {%- set scaled = "cast(cast(%s as decimal(38, 4)) * 10000 as hugeint)" -%}
    {%- set dividend, divisor = scaled | format(part), scaled | format(whole) -%}
    sign({{ dividend }}) * sign({{ divisor }})
        * ((2 * abs({{ dividend }}) * {{ 10 ** places }} + abs({{ divisor }})) // nullif(2 * abs({{ divisor }}), 0))
        / {{ 10 ** places }}
{%- endmacro %}
