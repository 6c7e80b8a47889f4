{# Fails for each value below the lowest or above the highest; null passes. #}
{% test within_range(model, column_name, lowest, highest) %}

select {{ column_name }}
from {{ model }}
where {{ column_name }} < {{ lowest }} or {{ column_name }} > {{ highest }}

{% endtest %}
