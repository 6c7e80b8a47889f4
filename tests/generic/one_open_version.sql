{# Fails for each source row of which more than one version is said to stand, and for each version that ends before it begins. #}
{% test one_open_version(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as open_versions
from {{ model }}
where known_to = {{ still_known() }} or known_to <= known_from
group by {{ columns | join(', ') }}
having count(*) > 1 or min(known_to - known_from) <= 0

{% endtest %}
