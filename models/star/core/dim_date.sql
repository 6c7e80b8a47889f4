{%- set month_names = [
    'January', 'February', 'March', 'April', 'May', 'June',
    'July', 'August', 'September', 'October', 'November', 'December',
] -%}
{%- set day_names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] -%}
{%- set fiscal_start = var('fiscal_year_start_month') -%}

with spine as (

    {{ dbt.date_spine(
        datepart='day',
        start_date="cast('" ~ var('date_from') ~ "' as date)",
        end_date="cast('" ~ var('date_until') ~ "' as date)",
    ) }}

),

holidays as (

    select * from {{ ref('ref_holidays') }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

days as (

    select cast(date_day as date) as date_day
    from spine
    where date_day < cast('{{ var('date_until') }}' as date)

),

numbered as (

    select
        date_day,
        cast(extract(year from date_day) as {{ dbt.type_int() }}) as calendar_year,
        cast(extract(quarter from date_day) as {{ dbt.type_int() }}) as calendar_quarter,
        cast(extract(month from date_day) as {{ dbt.type_int() }}) as month_of_year,
        cast(extract(day from date_day) as {{ dbt.type_int() }}) as day_of_month,
        cast({{ iso_day_of_week('date_day') }} as {{ dbt.type_int() }}) as day_of_week,
        cast({{ iso_week('date_day') }} as {{ dbt.type_int() }}) as iso_week,
        -- a date's ISO year is the calendar year of the Thursday of its week
        cast(extract(year from {{ thursday_of_week('date_day') }}) as {{ dbt.type_int() }}) as iso_year,
        -- a fiscal year is named after the calendar year in which it ends
        cast(extract(year from date_day) as {{ dbt.type_int() }})
        + case when {{ fiscal_start }} > 1 and extract(month from date_day) >= {{ fiscal_start }} then 1 else 0 end
            as fiscal_year,
        cast(
            mod(extract(month from date_day) - {{ fiscal_start }} + 12, 12) + 1
            as {{ dbt.type_int() }}
        ) as fiscal_month
    from days

),

final as (

    select
        {{ date_key('numbered.date_day') }} as date_key,
        numbered.date_day,
        cast(numbered.date_day as {{ dbt.type_string() }}) as date_label,
        numbered.calendar_year,
        numbered.calendar_quarter,
        numbered.month_of_year,
        case numbered.month_of_year
            {%- for name in month_names %}
            when {{ loop.index }} then '{{ name }}'
            {%- endfor %}
        end as month_name,
        {{ month_key('numbered.date_day') }} as month_key,
        cast({{ dbt.date_trunc('month', 'numbered.date_day') }} as date) as month_start,
        numbered.day_of_month,
        numbered.day_of_week,
        case numbered.day_of_week
            {%- for name in day_names %}
            when {{ loop.index }} then '{{ name }}'
            {%- endfor %}
        end as day_name,
        numbered.iso_year,
        numbered.iso_week,
        numbered.fiscal_year,
        cast(floor((numbered.fiscal_month - 1) / 3.0) + 1 as {{ dbt.type_int() }}) as fiscal_quarter,
        numbered.fiscal_month,
        numbered.day_of_week >= 6 as is_weekend,
        holidays.holiday_date is not null as is_holiday,
        coalesce(holidays.holiday_name, 'Not a holiday') as holiday_name,
        {{ audit_key() }} as audit_key
    from numbered
    left join holidays on numbered.date_day = holidays.holiday_date
    union all
    select
        cast(member_key as {{ dbt.type_int() }}) as date_key,
        cast(null as date) as date_day,
        label as date_label,
        cast(null as {{ dbt.type_int() }}) as calendar_year,
        cast(null as {{ dbt.type_int() }}) as calendar_quarter,
        cast(null as {{ dbt.type_int() }}) as month_of_year,
        label as month_name,
        cast(member_key as {{ dbt.type_int() }}) as month_key,
        cast(null as date) as month_start,
        cast(null as {{ dbt.type_int() }}) as day_of_month,
        cast(null as {{ dbt.type_int() }}) as day_of_week,
        label as day_name,
        cast(null as {{ dbt.type_int() }}) as iso_year,
        cast(null as {{ dbt.type_int() }}) as iso_week,
        cast(null as {{ dbt.type_int() }}) as fiscal_year,
        cast(null as {{ dbt.type_int() }}) as fiscal_quarter,
        cast(null as {{ dbt.type_int() }}) as fiscal_month,
        false as is_weekend,
        false as is_holiday,
        label as holiday_name,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
