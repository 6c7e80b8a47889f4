{#
    Numbers the rows that share a key; number 1 wins. The first of `order_by` that differs decides, so the list ends in
    columns that tell any two rows apart.
#}
{% macro duplicate_number(key, order_by) -%}
    row_number() over (
        partition by {{ key }}
        order by {{ order_by | join(', ') }}
    )
{%- endmacro %}
