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


{#
    Whether all records that a member has at a moment are deleted, 1 or 0, as a window: a deleted record has no say where
    another one lives, and the last word where none does.
#}
{% macro only_deleted(member_and_moment, is_deleted) -%}
    min(case when {{ is_deleted }} then 1 else 0 end) over (partition by {{ member_and_moment }})
{%- endmacro %}


{# Whether two versions were valid at one time. #}
{% macro overlap(versions, others) -%}
    {{ versions }}.valid_from < {{ others }}.valid_to and {{ others }}.valid_from < {{ versions }}.valid_to
{%- endmacro %}
