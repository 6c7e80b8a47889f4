{# Fails for each version that does not begin where the one before it ended, ends before it begins, or whose member's
   history does not reach from the first moment to the last. #}
{% test intervals_are_whole(model, member) %}

with versions as (

    select
        {{ member }} as member,
        valid_from,
        valid_to,
        lag(valid_to) over (partition by {{ member }} order by valid_from, valid_to) as previous_valid_to,
        lead(valid_from) over (partition by {{ member }} order by valid_from, valid_to) as next_valid_from
    from {{ model }}

)

select *
from versions
where
    valid_from >= valid_to
    or valid_from <> coalesce(previous_valid_to, {{ start_of_time() }})
    or valid_to <> coalesce(next_valid_from, {{ end_of_time() }})

{% endtest %}
