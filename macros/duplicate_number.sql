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


{#
    The rows of a CTE, each with its number as above under `name`, as a query. Almost every key stands once: only the rows
    that share theirs, as the relation `staged` shows, are sorted. Where a condition says which rows compete, the numbers of
    others mean nothing.
#}
{% macro number_duplicates(rows, staged, key, order_by, then_text=[], competing='true', name='duplicate_number') -%}
    {%- set repeated -%}
        select {{ key }} from {{ staged }} group by {{ key }} having count(*) > 1
    {%- endset %}
    {%- set of_competing = key ~ ', case when ' ~ competing ~ ' then 1 else 0 end' %}
    select
        {{ rows }}.*,
        1 as {{ name }}
    from {{ rows }}
    left join ({{ repeated }}) as repeated on {{ rows }}.{{ key }} = repeated.{{ key }}
    where repeated.{{ key }} is null
    union all
    select
        {{ rows }}.*,
        {{ duplicate_number(of_competing, order_by, then_text) }} as {{ name }}
    from {{ rows }}
    where {{ key }} in ({{ repeated }})
{%- endmacro %}
