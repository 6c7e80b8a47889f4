{#
    A child's share of its parent in a bridge. The shares of a parent add up to exactly one: the first child takes what
    rounding leaves over. A parent without children has one row with the whole weight.
#}
{% macro weighting_factor(child_number, child_count) -%}
    cast(
        case
            when coalesce({{ child_number }}, 1) = 1
                then 1 - (greatest({{ child_count }}, 1) - 1) * round(cast(1 as decimal(18, 8)) / greatest({{ child_count }}, 1), 6)
            else round(cast(1 as decimal(18, 8)) / {{ child_count }}, 6)
        end
    as decimal(9, 6))
{%- endmacro %}
