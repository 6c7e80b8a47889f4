{#
    The rejected rows of one checked model or history, every one that it holds; `row_text` keeps every column as it was.
    `timestamps` are those of the columns that engines would write in different ways, `also` names columns that are handed on.
#}
{% macro rejected_rows(checked, source_table, key, columns, timestamps=[], also=[]) -%}
    select
        cast('{{ source_table }}' as {{ dbt.type_string() }}) as source_table,
        cast({{ key }} as {{ dbt.type_string() }}) as source_key,
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
        updated_at,
        {%- for column in also %}
        {{ column }},
        {%- endfor %}
        broken_rule
    from {{ checked }}
    where broken_rule is not null
{%- endmacro %}
