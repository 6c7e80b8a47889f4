{# Ids that rows refer to and that no version of the dimension has yet: one row each. #}
{% macro inferred_members(natural_key, referring_relations, versions='versions') -%}
    select referred.{{ natural_key }}
    from (
        {%- for relation in referring_relations %}
        select {{ natural_key }} from {{ relation }}
        {% if not loop.last %}union{% endif %}
        {%- endfor %}
    ) as referred
    left join {{ versions }} on referred.{{ natural_key }} = {{ versions }}.{{ natural_key }}
    where
        referred.{{ natural_key }} is not null
        and {{ versions }}.{{ natural_key }} is null
    group by referred.{{ natural_key }}
{%- endmacro %}
