{# Fails for each row of `of` that has no row here: a bridge that loses a parent loses its measures. #}
{% test covers_every_parent(model, parent, of) %}

select parents.{{ parent }}
from {{ of }} as parents
left join {{ model }} as children on parents.{{ parent }} = children.{{ parent }}
where children.{{ parent }} is null

{% endtest %}
