{# Dates and timestamps; a session's time zone is UTC. #}

{% macro starlift_mysql__current_timestamp() -%}
    utc_timestamp(6)
{%- endmacro %}

{% macro starlift_mysql__snapshot_get_time() -%}
    {{ current_timestamp() }}
{%- endmacro %}

{% macro starlift_mysql__snapshot_string_as_time(timestamp) -%}
    {{ return("cast('" ~ timestamp ~ "' as datetime(6))") }}
{%- endmacro %}

{% macro starlift_mysql__date(year, month, day) -%}
    date '{{ modules.datetime.date(year, month, day).strftime('%Y-%m-%d') }}'
{%- endmacro %}

{% macro starlift_mysql__dateadd(datepart, interval, from_date_or_timestamp) -%}
    {%- set part = datepart | lower | trim -%}
    {%- if part == 'millisecond' -%}
        date_add({{ from_date_or_timestamp }}, interval (1000 * ({{ interval }})) microsecond)
    {%- else -%}
        date_add({{ from_date_or_timestamp }}, interval ({{ interval }}) {{ part }})
    {%- endif -%}
{%- endmacro %}

{# Counts the boundaries between two moments, as elsewhere in dbt; weeks begin on Sunday, as they do there. #}
{% macro starlift_mysql__datediff(first_date, second_date, datepart) -%}
    {%- set part = datepart | lower | trim -%}
    {%- set days = 'datediff(' ~ second_date ~ ', ' ~ first_date ~ ')' -%}
    {%- if part == 'year' -%}
        (year({{ second_date }}) - year({{ first_date }}))
    {%- elif part == 'quarter' -%}
        ((year({{ second_date }}) - year({{ first_date }})) * 4 + quarter({{ second_date }}) - quarter({{ first_date }}))
    {%- elif part == 'month' -%}
        ((year({{ second_date }}) - year({{ first_date }})) * 12 + month({{ second_date }}) - month({{ first_date }}))
    {%- elif part == 'week' -%}
        (({{ days }} + dayofweek({{ first_date }}) - dayofweek({{ second_date }})) div 7)
    {%- elif part == 'day' -%}
        {{ days }}
    {%- elif part == 'hour' -%}
        ({{ days }} * 24 + hour({{ second_date }}) - hour({{ first_date }}))
    {%- elif part == 'minute' -%}
        ({{ days }} * 1440 + (hour({{ second_date }}) - hour({{ first_date }})) * 60
            + minute({{ second_date }}) - minute({{ first_date }}))
    {%- elif part in ('second', 'millisecond') -%}
        {%- set seconds -%}
            ({{ days }} * 86400 + (hour({{ second_date }}) - hour({{ first_date }})) * 3600
                + (minute({{ second_date }}) - minute({{ first_date }})) * 60
                + second({{ second_date }}) - second({{ first_date }}))
        {%- endset -%}
        {%- if part == 'second' -%}
            {{ seconds }}
        {%- else -%}
            ({{ seconds }} * 1000 + microsecond({{ second_date }}) div 1000 - microsecond({{ first_date }}) div 1000)
        {%- endif -%}
    {%- elif part == 'microsecond' -%}
        timestampdiff(microsecond, {{ first_date }}, {{ second_date }})
    {%- else -%}
        {{ exceptions.raise_compiler_error('datediff knows no date part ' ~ datepart ~ ' on MySQL and MariaDB.') }}
    {%- endif -%}
{%- endmacro %}

{# A timestamp, as on PostgreSQL; weeks begin on Monday. #}
{% macro starlift_mysql__date_trunc(datepart, date) -%}
    {%- set part = datepart | lower | trim -%}
    {%- if part == 'year' -%}
        cast(makedate(year({{ date }}), 1) as datetime(6))
    {%- elif part == 'quarter' -%}
        cast(date_add(makedate(year({{ date }}), 1), interval (quarter({{ date }}) - 1) quarter) as datetime(6))
    {%- elif part == 'month' -%}
        cast(date_sub(cast({{ date }} as date), interval (dayofmonth({{ date }}) - 1) day) as datetime(6))
    {%- elif part == 'week' -%}
        cast(date_sub(cast({{ date }} as date), interval (weekday({{ date }})) day) as datetime(6))
    {%- elif part == 'day' -%}
        cast(cast({{ date }} as date) as datetime(6))
    {%- elif part == 'hour' -%}
        cast(date_format({{ date }}, '%Y-%m-%d %H:00:00') as datetime(6))
    {%- elif part == 'minute' -%}
        cast(date_format({{ date }}, '%Y-%m-%d %H:%i:00') as datetime(6))
    {%- elif part == 'second' -%}
        cast(date_format({{ date }}, '%Y-%m-%d %H:%i:%s') as datetime(6))
    {%- else -%}
        {{ exceptions.raise_compiler_error('date_trunc knows no date part ' ~ datepart ~ ' on MySQL and MariaDB.') }}
    {%- endif -%}
{%- endmacro %}

{% macro starlift_mysql__last_day(date, datepart) -%}
    {%- if datepart | lower | trim == 'month' -%}
        last_day({{ date }})
    {%- else -%}
        {{ default_last_day(date, datepart) }}
    {%- endif -%}
{%- endmacro %}

{# Whole numbers from 1, without recursion, whose depth both servers limit. #}
{% macro starlift_mysql__generate_series(upper_bound) -%}
    {%- set n = dbt.get_powers_of_two(upper_bound) %}
    with p as (

        select 0 as generated_number
        union all
        select 1

    ),

    unioned as (

        select
            {% for i in range(n) -%}
                p{{ i }}.generated_number * {{ 2 ** i }} +
            {%- endfor %} 1 as generated_number
        from {% for i in range(n) -%}
            {{ ' cross join ' if not loop.first }}p as p{{ i }}
        {%- endfor %}

    )

    select generated_number
    from unioned
    where generated_number <= {{ upper_bound }}
    order by generated_number
{%- endmacro %}

{% macro starlift_mysql__date_spine(datepart, start_date, end_date) %}
    with rawdata as (

        {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}

    ),

    all_periods as (

        select {{ dbt.dateadd(datepart, 'rawdata.generated_number - 1', start_date) }} as date_{{ datepart }}
        from rawdata

    ),

    filtered as (

        select *
        from all_periods
        where date_{{ datepart }} <= {{ end_date }}

    )

    select * from filtered
{%- endmacro %}
