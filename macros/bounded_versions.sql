{#
    The last CTE where a member's versions come from several records: `states` has one row per member and moment, `bounded`
    gives each its number and its interval [valid_from, valid_to), without gap or overlap, from the first moment of history.
#}
{% macro bounded_versions(states, natural_key) -%}
    bounded as (

        select
            *,
            row_number() over (partition by {{ natural_key }} order by moment) as version_number,
            case
                when row_number() over (partition by {{ natural_key }} order by moment) = 1 then {{ start_of_time() }}
                else moment
            end as valid_from,
            coalesce(
                lead(moment) over (partition by {{ natural_key }} order by moment),
                {{ end_of_time() }}
            ) as valid_to
        from {{ states }}

    )
{%- endmacro %}


{#
    When a version of a record began, where a member is made of several: the first with its record, and not with all history,
    so that a record that comes later does not rewrite what another said before.
#}
{% macro record_begins(versions=none) -%}
    {%- set of = versions ~ '.' if versions else '' -%}
    case
            when {{ of }}version_number = 1 and {{ of }}created_at < {{ of }}valid_to then {{ of }}created_at
            else {{ of }}valid_from
        end
{%- endmacro %}
