{# Fails for each parent whose children's weights do not add up to exactly one. #}
{% test weights_sum_to_one(model, parent, weight) %}

select
    {{ parent }},
    sum({{ weight }}) as total_weight
from {{ model }}
group by {{ parent }}
having sum({{ weight }}) <> 1

{% endtest %}
