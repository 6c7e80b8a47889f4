{# Fails for each member that is there (its newest version is no deletion) without exactly one current version, and for
   each that is gone with one. The current version must be the newest. #}
{% test one_current_version(model, member) %}

with members as (

    select
        {{ member }} as member,
        sum(case when is_current then 1 else 0 end) as current_versions,
        sum(case when is_current and valid_to = {{ end_of_time() }} then 1 else 0 end) as current_newest_versions,
        max(case when valid_to = {{ end_of_time() }} and not is_deleted then 1 else 0 end) as present
    from {{ model }}
    group by {{ member }}

)

select *
from members
where
    current_versions <> present
    or current_newest_versions <> present

{% endtest %}
