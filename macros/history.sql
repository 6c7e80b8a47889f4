{# The first and the last moment of history: a member's first version is valid from the one, its newest to the other. #}
{% macro start_of_time() -%} cast('1900-01-01' as {{ dbt.type_timestamp() }}) {%- endmacro %}
{% macro end_of_time() -%} cast('9999-12-31' as {{ dbt.type_timestamp() }}) {%- endmacro %}


{#
    The versions of a snapshot's members, as a query: the snapshot's columns with `version_number` and half-open
    intervals [valid_from, valid_to) without gap or overlap. A deletion is a version, too: the member as it last was,
    with `is_deleted`.

    Versions are ordered by when they were seen, since a record may come back after its deletion with the `updated_at`
    that it had before. A version starts when the source says that it changed; where that is not after all that was
    known by then, it starts when it was seen.
#}
{% macro versions_of(snapshot, natural_key, due=none) -%}
    with seen as (

        select
            *,
            dbt_is_deleted = 'True' as is_deleted,
            coalesce(dbt_valid_from, {{ start_of_time() }}) as changed_at,
            {{ seen_at() }} as seen_at
        from {{ known_members(snapshot) }}
        {%- if due %}
        where {{ due }}
        {%- endif %}

    ),

    numbered as (

        select
            *,
            row_number() over (partition by {{ natural_key }} order by seen_at, changed_at) as version_number,
            max(greatest(changed_at, seen_at)) over (
                partition by {{ natural_key }}
                order by seen_at, changed_at
                rows between unbounded preceding and 1 preceding
            ) as known_until
        from seen

    ),

    started as (

        select
            *,
            case
                when version_number = 1 then {{ start_of_time() }}
                when changed_at > known_until then changed_at
                when seen_at > known_until then seen_at
                else known_until
            end as valid_from
        from numbered

    ),

    bounded as (

        select
            *,
            coalesce(
                lead(valid_from) over (partition by {{ natural_key }} order by version_number),
                {{ end_of_time() }}
            ) as valid_to
        from started

    )

    select
        *,
        valid_to = {{ end_of_time() }} and not is_deleted as is_current
    from bounded
    where valid_from < valid_to
{%- endmacro %}


{# The extract that first showed a version of a snapshot, or no longer showed the member. #}
{% macro seen_at() -%}
    case when dbt_is_deleted = 'True' then dbt_valid_from else captured_at end
{%- endmacro %}


{# Joins to the version that was valid at a moment. #}
{% macro valid_at(dimension, moment) -%}
    {{ moment }} >= {{ dimension }}.valid_from and {{ moment }} < {{ dimension }}.valid_to
{%- endmacro %}
