{# Every id that any of the relations holds, once: the members that a dimension must have, recorded or only referred to. #}
{% macro members_of(natural_key, relations) -%}
    {%- for relation in relations %}
    select {{ 'distinct ' if loop.length == 1 }}{{ natural_key }}
    from {{ relation }}
    where {{ natural_key }} is not null
    {% if not loop.last %}union{% endif %}
    {%- endfor %}
{%- endmacro %}


{#
    The ids that the valid rows of a history refer to. Where the dimension has taken in what came up to the run `since`:
    those of newer rows, and those that it holds for no other reason, which are the inferred ones where members have
    versions (a snapshot keeps even a deleted member) and may be any where they have not.
#}
{% macro referenced_members(history, natural_key, since=none, held='is_inferred') -%}
    select {{ natural_key }}
    from {{ history }}
    where
        {{ known_now() }}
        and broken_rule is null
        {%- if since is not none %}
        and audit_key > {{ since }}
    union
    select {{ natural_key }}
    from {{ this }}
    where {{ held }}
        {%- endif %}
{%- endmacro %}


{#
    The columns that say which version a row is, for members left joined to their versions. A member without a version is
    inferred: its row is what version 1 will be when the record comes.
#}
{% macro version_columns(versions='versions') -%}
    cast(coalesce({{ versions }}.version_number, 1) as {{ dbt.type_int() }}) as version_number,
        coalesce({{ versions }}.valid_from, {{ start_of_time() }}) as valid_from,
        coalesce({{ versions }}.valid_to, {{ end_of_time() }}) as valid_to,
        coalesce({{ versions }}.is_current, true) as is_current,
        coalesce({{ versions }}.is_deleted, false) as is_deleted,
        {{ versions }}.version_number is null as is_inferred
{%- endmacro %}


{# The same columns for a default member: one version, for ever. #}
{% macro default_version_columns() -%}
    1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        false as is_inferred
{%- endmacro %}
