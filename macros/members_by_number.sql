{#
    The versions of a conformed dimension's members, under each number that one of the systems gives them: joined by the
    number and a moment, each row finds the member as it was then.
#}
{% macro members_by_number(member, source_name) -%}
    select
        numbers.{{ member }}_id,
        members.*
    from {{ ref('int_retail__' ~ member ~ '_ids') }} as numbers
    inner join {{ ref('dim_' ~ member) }} as members
        on numbers.{{ member }}_durable_key = members.{{ member }}_durable_key
    where numbers.source_name = '{{ source_name }}'
{%- endmacro %}
