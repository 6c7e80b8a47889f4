{#
    The rejected rows of one table in the shape of the quarantine; `row_text` keeps every column as it was. `timestamps`
    are those of the columns that engines would write in different ways; `among` narrows the rows to those of the
    moment, where `checked` is a history.
#}
{% macro quarantined_rows(checked, source_table, key, columns, timestamps=[], claimed_amount='null', allowed_amount='null', revenue_amount='null', among=none) -%}
    select
        cast('{{ source_table }}' as {{ dbt.type_string() }}) as source_table,
        cast({{ key }} as {{ dbt.type_string() }}) as source_key,
        broken_rule as rule_id,
        concat_ws(
            ', '
            {%- for column in columns %},
            {%- if column in timestamps %}
            concat_ws('=', '{{ column }}', {{ timestamp_text(column) }})
            {%- else %}
            concat_ws('=', '{{ column }}', cast({{ column }} as {{ dbt.type_string() }}))
            {%- endif %}
            {%- endfor %}
        ) as row_text,
        cast({{ claimed_amount }} as decimal(12, 2)) as claimed_amount,
        cast({{ allowed_amount }} as decimal(12, 2)) as allowed_amount,
        cast({{ revenue_amount }} as decimal(12, 2)) as revenue_amount,
        updated_at
    from {{ checked }}
    where
        broken_rule is not null
        {%- if among %}
        and {{ among }}
        {%- endif %}
{%- endmacro %}
