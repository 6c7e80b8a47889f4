{# Fails for each default member (unknown, not applicable, not yet happened) that the dimension lacks. #}
{% test has_default_members(model, key) %}

select default_members.member_key
from {{ ref('ref_default_members') }} as default_members
left join {{ model }} as dimension on default_members.member_key = dimension.{{ key }}
where dimension.{{ key }} is null

{% endtest %}
