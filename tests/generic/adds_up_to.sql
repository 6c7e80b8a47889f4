{# Fails where a measure's total is not the total of `expression` over the finer table `of`. #}
{% test adds_up_to(model, measure, of, expression) %}

with here as (

    select coalesce(sum({{ measure }}), 0) as total from {{ model }}

),

there as (

    select coalesce({{ expression }}, 0) as total from {{ of }}

)

select
    here.total as total_here,
    there.total as total_there
from here
cross join there
where here.total <> there.total

{% endtest %}
