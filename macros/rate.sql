{# A share as a decimal with four places; null where there is nothing to share. #}
{% macro rate(part, whole) -%}
    cast(round(cast({{ part }} as decimal(18, 4)) / nullif({{ whole }}, 0), 4) as decimal(9, 4))
{%- endmacro %}
