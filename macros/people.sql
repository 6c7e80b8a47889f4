{# First and last name, or the one of them that there is; null where there is neither. #}
{% macro full_name(person) -%}
    nullif(concat_ws(' ', {{ person }}.first_name, {{ person }}.last_name), '')
{%- endmacro %}


{# Full years from one day to a later one: how old somebody is. #}
{% macro full_years_between(from_day, to_day) -%}
    cast(
            extract(year from {{ to_day }}) - extract(year from {{ from_day }})
            - case
                when
                    extract(month from {{ to_day }}) * 100 + extract(day from {{ to_day }})
                    < extract(month from {{ from_day }}) * 100 + extract(day from {{ from_day }})
                    then 1
                else 0
            end
        as {{ dbt.type_int() }})
{%- endmacro %}


{# An age in years as one of the groups that reports are made by. #}
{% macro age_group(age) -%}
    case
            when {{ age }} is null then 'Unknown'
            when {{ age }} < 18 then 'under 18'
            when {{ age }} < 40 then '18 to 39'
            when {{ age }} < 65 then '40 to 64'
            else '65 and over'
        end
{%- endmacro %}
