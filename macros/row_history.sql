{#
    History of the source's rows, for the tables that are too large for dbt's snapshots: one row per version of a source
    row, with the run that first saw it (`known_from`) and the run that no longer did (`known_to`).

    `row_key` and `duplicate_number` tell the rows apart that the source shows at one time, also where its primary key
    is missing or stands more than once.
#}
{% macro still_known() %}{{ return(2147483647) }}{% endmacro %}

{% macro row_key(key) -%} coalesce({{ key }}, -2147483648) {%- endmacro %}


{#
    The row keys whose rows the source shows otherwise than the history has them, new and gone ones among them; and always
    those that stand more than once or are missing, since which of their rows wins is for the rules to say.
#}
{% macro row_keys_due(staged, key) -%}
    {%- set columns = adapter.get_columns_in_relation(staged) | map(attribute='name') | reject('equalto', key) if execute else [] -%}
    {{ adapter.dispatch('row_keys_that_differ')(staged, this, key, columns | list) }}
    union
    select {{ row_key(key) }} as row_key
    from {{ staged }}
    group by {{ key }}
    having count(*) > 1
    union
    select row_key
    from {{ this }}
    where known_to = {{ still_known() }} and duplicate_number > 1
{%- endmacro %}

{% macro default__row_keys_that_differ(staged, history, key, columns) -%}
    select coalesce(staged.{{ key }}, {{ row_key('known.row_key') }}) as row_key
    from {{ staged }} as staged
    full join (select * from {{ history }} where known_to = {{ still_known() }}) as known
        on staged.{{ key }} = known.row_key
    where
        staged.{{ key }} is null
        or known.row_key is null
        {%- for column in columns %}
        or staged.{{ column }} is distinct from known.{{ column }}
        {%- endfor %}
{%- endmacro %}

{# MySQL and MariaDB have no full join. #}
{% macro mysql__row_keys_that_differ(staged, history, key, columns) -%}
    select {{ row_key('staged.' ~ key) }} as row_key
    from {{ staged }} as staged
    left join {{ history }} as known
        on
            staged.{{ key }} = known.row_key
            and known.known_to = {{ still_known() }}
            {%- for column in columns %}
            and staged.{{ column }} <=> known.{{ column }}
            {%- endfor %}
    where known.row_key is null
    union
    select known.row_key
    from {{ history }} as known
    left join {{ staged }} as staged on known.row_key = staged.{{ key }}
    where known.known_to = {{ still_known() }} and staged.{{ key }} is null
{%- endmacro %}


{#
    The last CTEs of a history model, from its `checked` rows: the versions to write. On a first build each row is one.
    Later they are the rows that appeared, and, with their end, those that are gone; `checked` then holds every row of
    the groups that are due, and `due` is the condition that picks these groups from what is known.
#}
{% macro versions_to_write(columns, due=none) -%}
    {%- set content = ['row_key', 'duplicate_number'] + columns + ['broken_rule'] %}
    {%- set run = audit_key() %}
    {%- if is_incremental() -%}
    known as (

        select *
        from {{ this }}
        where
            known_to = {{ still_known() }}
            {%- if due %}
            and {{ due }}
            {%- endif %}

    ),

    {{ appeared_and_gone('checked', 'known', content | join(', ')) }}

    {% endif -%}
    final as (

        select
            {{ content | join(',\n            ') }},
            {{ run }} as known_from,
            {{ still_known() }} as known_to,
            {{ run }} as audit_key
        from {{ 'appeared' if is_incremental() else 'checked' }}
        {%- if is_incremental() %}
        union all
        select
            known.{{ content | join(',\n            known.') }},
            known.known_from,
            {{ run }} as known_to,
            {{ run }} as audit_key
        from known
        inner join gone on known.row_key = gone.row_key and known.duplicate_number = gone.duplicate_number
        {%- endif %}

    )
{%- endmacro %}


{#
    The encounters whose rows of a child table must be checked again, as row keys: those of rows that changed, as they are
    and as they were, and those that changed themselves. A rule looks at one row, at rows with the same primary key, at
    the encounter, and at its other rows of the kind; so nothing outside these encounters can change its verdict.
#}
{% macro encounters_due_with(staged, key) -%}
    {%- set since = known_until() or 0 %}
    with row_keys as (

        {{ row_keys_due(staged, key) }}

    )

    select {{ row_key('staged.encounter_id') }} as encounter_key
    from {{ staged }} as staged
    inner join row_keys on {{ row_key('staged.' ~ key) }} = row_keys.row_key
    union
    select {{ row_key('known.encounter_id') }} as encounter_key
    from {{ this }} as known
    inner join row_keys on known.row_key = row_keys.row_key
    where known.known_to = {{ still_known() }}
    union
    select row_key as encounter_key
    from {{ ref('hist_clinic__encounters') }}
    where audit_key > {{ since }}
{%- endmacro %}
