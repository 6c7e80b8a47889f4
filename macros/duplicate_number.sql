{#
    Numbers the rows that share a key; number 1 wins. The first of `order_by` that differs decides, then the first of
    the columns of text; together they tell any two rows apart, so that the same row wins on every engine.
#}
{% macro duplicate_number(key, order_by, then_text=[]) -%}
    row_number() over (
        partition by {{ key }}
        order by
            {%- for item in order_by %}
            {{ nulls_last(item) }}{{ "," if not loop.last or then_text }}
            {%- endfor %}
            {%- for column in then_text %}
            {{ nulls_last(in_code_order(column)) }}{{ "," if not loop.last }}
            {%- endfor %}
    )
{%- endmacro %}
