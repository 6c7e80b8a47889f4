{# Fails for each value below the lowest or above the highest, where there is one; null passes. #}
{% test within_range(model, column_name, lowest, highest=none) %}

select {{ column_name }}
from {{ model }}
where
    {{ column_name }} < {{ lowest }}
    {% if highest is not none %}or {{ column_name }} > {{ highest }}{% endif %}

{% endtest %}
