{#
    A number that somebody typed: with a sign or name of a currency, thousands separated by commas, or a comma in place of
    the decimal point. Null where it is no number, or none of up to ten digits and two decimals.
#}
{% macro number_from_text(column) -%}
    {%- set number = without("upper(" ~ column ~ ")", '^ *([$]|USD) *| *USD *$|^ +| +$') -%}
    cast(
            case
                when {{ matches(number, '^[0-9]{1,10}([.][0-9]{1,2})?$') }} then {{ number }}
                when {{ matches(number, '^[0-9]{1,3}(,[0-9]{3}){1,2}([.][0-9]{1,2})?$') }} then replace({{ number }}, ',', '')
                when {{ matches(number, '^[0-9]{1,10},[0-9]{1,2}$') }} then replace({{ number }}, ',', '.')
            end as decimal(12, 2)
        )
{%- endmacro %}


{# A day that somebody typed, as 2025-03-04, 03/04/2025 (month first) or 4 Mar 2025, written in the first of these ways. #}
{% macro iso_day_from_text(column) -%}
    {%- set text = "upper(" ~ clean_text(column) ~ ")" -%}
    {%- set months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] -%}
    case
            when {{ matches(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') }} then {{ text }}
            when {{ matches(text, '^[0-9]{2}/[0-9]{2}/[0-9]{4}$') }}
                then concat(right({{ text }}, 4), '-', left({{ text }}, 2), '-', substring({{ text }}, 4, 2))
            {%- for month in months %}
            when {{ matches(text, '^[0-9]{1,2} ' ~ month ~ ' [0-9]{4}$') }}
                then concat(right({{ text }}, 4), '-{{ '%02d' % loop.index }}-', right(concat('0', left({{ text }}, length({{ text }}) - 9)), 2))
            {%- endfor %}
        end
{%- endmacro %}

{#
    A day written as 2025-03-04 as a date; null where the calendar of 1900 to 2099 has none such, as 30 February. The text is
    looked at first, since engines raise an error where a text is no date.
#}
{% macro date_from_iso_day(text) -%}
    {%- set days -%}
        (0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])
    {%- endset -%}
    {%- set leap_days = '(2000|(19|20)(0[48]|[2468][048]|[13579][26]))-02-29' -%}
    case
            when {{ matches(text, '^((19|20)[0-9]{2}-(' ~ days ~ ')|' ~ leap_days ~ ')$') }} then cast({{ text }} as date)
        end
{%- endmacro %}
