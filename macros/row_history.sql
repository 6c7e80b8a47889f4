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
    {%- set columns = adapter.get_columns_in_relation(staged) | map(attribute='name') | list if execute else [key] -%}
    {{ adapter.dispatch('row_keys_due')(staged, key, columns) }}
{%- endmacro %}

{#
    Two whole tables are compared in two steps. Blocks of 256 neighbouring keys come first, by how many rows they have and
    by the sum of their rows' hashes, which takes a quarter of the time that joining the rows does; then the rows of those
    blocks that differ, and of those that hold a key more than once.
#}
{% macro default__row_keys_due(staged, key, columns) -%}
    with block_sums as (

        select
            {{ key_block(row_key(key)) }} as block,
            count(*) as row_count,
            sum({{ row_hash(columns) }}) as hash_sum
        from {{ staged }}
        group by {{ key_block(row_key(key)) }}
        union all
        select
            {{ key_block('row_key') }} as block,
            -count(*) as row_count,
            -sum({{ row_hash(columns) }}) as hash_sum
        from {{ this }}
        where known_to = {{ still_known() }}
        group by {{ key_block('row_key') }}

    ),

    blocks as (

        select block
        from block_sums
        group by block
        having sum(row_count) <> 0 or sum(hash_sum) <> 0
        union
        select {{ key_block('row_key') }} as block
        from {{ this }}
        where known_to = {{ still_known() }} and duplicate_number > 1

    ),

    staged as (

        select
            {{ row_key(key) }} as row_key,
            {{ columns | join(', ') }}
        from {{ staged }}
        where {{ key_block(row_key(key)) }} in (select blocks.block from blocks)

    ),

    known as (

        select
            row_key,
            {{ columns | join(', ') }}
        from {{ this }}
        where
            known_to = {{ still_known() }}
            and {{ key_block('row_key') }} in (select blocks.block from blocks)

    )

    select coalesce(staged.row_key, known.row_key) as row_key
    from staged
    full join known on staged.row_key = known.row_key
    where
        staged.row_key is null
        or known.row_key is null
        {%- for column in columns %}
        or staged.{{ column }} is distinct from known.{{ column }}
        {%- endfor %}
    union
    select row_key
    from staged
    group by row_key
    having count(*) > 1
    union
    select row_key
    from known
    group by row_key
    having count(*) > 1
{%- endmacro %}

{# Neighbouring keys share a block; also for negative ones. #}
{% macro key_block(key) -%} ({{ key }} >> 8) {%- endmacro %}

{# A number of 64 bits that stands for the values of a row. Dispatched. #}
{% macro row_hash(columns) -%} {{ adapter.dispatch('row_hash')(columns | join(', ')) }} {%- endmacro %}

{% macro default__row_hash(columns) -%} hash({{ columns }}) {%- endmacro %}

{% macro postgres__row_hash(columns) -%} hash_record_extended(row({{ columns }}), 0) {%- endmacro %}

{# MySQL and MariaDB have neither a full join nor a quick hash of a row. #}
{% macro mysql__row_keys_due(staged, key, columns) -%}
    select {{ row_key('staged.' ~ key) }} as row_key
    from {{ staged }} as staged
    left join {{ this }} as known
        on
            staged.{{ key }} = known.row_key
            and known.known_to = {{ still_known() }}
            {%- for column in columns if column != key %}
            and staged.{{ column }} <=> known.{{ column }}
            {%- endfor %}
    where known.row_key is null
    union
    select known.row_key
    from {{ this }} as known
    left join {{ staged }} as staged on known.row_key = staged.{{ key }}
    where known.known_to = {{ still_known() }} and staged.{{ key }} is null
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


{#
    The last CTEs of a history model, from its `checked` rows: the versions to write. On a first build each row is one.
    Later they are the rows that appeared, and, with their end, those that are gone; `checked` then holds every row of
    the groups that are due, and `due` is the condition that picks these groups from what is known.
#}
{% macro versions_to_write(columns, due=none) -%}
    {%- set content = ['row_key', 'duplicate_number'] + columns + ['broken_rule'] %}
    {#- MySQL would take a larger type for the number once there is more than one run -#}
    {%- set run = dbt.cast(audit_key(), api.Column.translate_type('integer')) %}
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
