{# A date or timestamp as the whole number yyyymmdd, the key of dim_date. #}
{% macro date_key(moment) -%}
    cast(
        extract(year from {{ moment }}) * 10000
        + extract(month from {{ moment }}) * 100
        + extract(day from {{ moment }})
    as {{ dbt.type_int() }})
{%- endmacro %}


{# The month of a date or timestamp as the whole number yyyymm. #}
{% macro month_key(moment) -%}
    cast(extract(year from {{ moment }}) * 100 + extract(month from {{ moment }}) as {{ dbt.type_int() }})
{%- endmacro %}


{# A month's number among all, one more than that of the month before; what yyyymm is not in January. #}
{% macro month_number(moment) -%}
    cast(extract(year from {{ moment }}) * 12 + extract(month from {{ moment }}) as {{ dbt.type_int() }})
{%- endmacro %}


{# Whole days from one timestamp to a later one; midnight crossings do not count. #}
{% macro whole_days_between(from_moment, to_moment) -%}
    {{ return(adapter.dispatch('whole_days_between')(from_moment, to_moment)) }}
{%- endmacro %}

{% macro default__whole_days_between(from_moment, to_moment) -%}
    cast(extract(day from {{ to_moment }} - {{ from_moment }}) as integer)
{%- endmacro %}

{% macro mysql__whole_days_between(from_moment, to_moment) -%}
    timestampdiff(day, {{ from_moment }}, {{ to_moment }})
{%- endmacro %}

{% macro duckdb__whole_days_between(from_moment, to_moment) -%}
    cast(date_sub('day', {{ from_moment }}, {{ to_moment }}) as integer)
{%- endmacro %}


{# Days from one date to another, whatever the hour. #}
{% macro calendar_days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch('calendar_days_between')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__calendar_days_between(from_date, to_date) -%}
    cast({{ to_date }} - {{ from_date }} as integer)
{%- endmacro %}

{% macro mysql__calendar_days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}


{# Day of the ISO week, 1 for Monday to 7 for Sunday. #}
{% macro iso_day_of_week(day) -%}
    {{ return(adapter.dispatch('iso_day_of_week')(day)) }}
{%- endmacro %}

{% macro default__iso_day_of_week(day) -%}
    extract(isodow from {{ day }})
{%- endmacro %}

{% macro mysql__iso_day_of_week(day) -%}
    (weekday({{ day }}) + 1)
{%- endmacro %}


{# Number of the ISO week, 1 to 53. #}
{% macro iso_week(day) -%}
    {{ return(adapter.dispatch('iso_week')(day)) }}
{%- endmacro %}

{% macro default__iso_week(day) -%}
    extract(week from {{ day }})
{%- endmacro %}

{% macro mysql__iso_week(day) -%}
    week({{ day }}, 3)
{%- endmacro %}


{# The Thursday of a date's ISO week. #}
{% macro thursday_of_week(day) -%}
    cast({{ dbt.dateadd('day', '4 - ' ~ iso_day_of_week(day), day) }} as date)
{%- endmacro %}


{# Whether a date or timestamp has its day in dim_date; null where it is null. #}
{% macro in_calendar(moment) -%}
    ({{ moment }} >= cast('{{ var("date_from") }}' as date) and {{ moment }} < cast('{{ var("date_until") }}' as date))
{%- endmacro %}
