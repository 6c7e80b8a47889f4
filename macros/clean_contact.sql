{#
    A phone number of the United States as ten digits, however it was typed: with a country code (1, +1, 001), separators or
    an extension. Null where that does not leave ten digits that can be a number: neither the area code nor the three digits
    after it begin with 0 or 1, and nobody has ten equal digits.
#}
{% macro clean_phone(column) -%}
    {#- an extension comes after the number, and begins with a letter -#}
    {%- set digits = without(without("lower(" ~ column ~ ")", '[a-z].*$'), '[^0-9]') -%}
    case
            -- another country's number begins with a plus, too
            when {{ matches(column, '^ *[+] *[02-9]') }} then null
            when {{ matches(digits, '(2{10}|3{10}|4{10}|5{10}|6{10}|7{10}|8{10}|9{10})$') }} then null
            when {{ matches(digits, '^(1|001)?[2-9][0-9]{2}[2-9][0-9]{6}$') }} then right({{ digits }}, 10)
        end
{%- endmacro %}


{# An e-mail address in small letters and without blanks around it; null where it cannot be one. #}
{% macro clean_email(column) -%}
    {%- set address = "lower(" ~ clean_text(column) ~ ")" -%}
    case
            when {{ matches(address, '^[^@ ]+@[^@ ]+[.][^@ .]+$') }} then {{ address }}
        end
{%- endmacro %}
