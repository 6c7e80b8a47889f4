{#
    History of the source's rows, for the tables that are too large for dbt's snapshots: one row per version of a source
    row, with the run that first saw it (`known_from`) and the run that no longer did (`known_to`).

    `row_key` and `duplicate_number` tell the rows apart that the source shows at one time, also where its primary key
    is missing or stands more than once.
#}
{% macro still_known() %}{{ return(2147483647) }}{% endmacro %}

{% macro row_key(key) -%} coalesce({{ key }}, -2147483648) {%- endmacro %}


{#
    For a history's pre-hook: what is due are the row keys whose rows the source shows otherwise than the history has them,
    new and gone ones among them; and always those that stand more than once or are missing, since which of their rows wins
    is for the rules to say. `or_where` names known rows that may be judged otherwise though they are as they were. Where rows
    compete by another column, too, `rivals_by`, all are due that share it with one that is, as it is or as it was.
#}
{% macro find_due_rows(staged, key, rivals_by=none, or_where=none) -%}
    {%- do add_new_columns(staged) %}
    {%- if known_until() is not none -%}
        {%- set columns = staged_columns(staged) %}
        {%- set changed = due_table('changed' if rivals_by) %}
    {{ find_due_blocks(staged, key, columns) }}
        {{- adapter.dispatch('find_changed_rows')(staged, key, columns, changed) }}
        {%- if rivals_by %};
        {{ adapter.dispatch('create_due_table')(due_table(), rows_with_rivals(staged, key, changed, rivals_by, or_where or '1 = 0')) }}
        {%- endif %}
    {%- endif -%}
{%- endmacro %}

{% macro default__find_changed_rows(staged, key, columns, changed) -%}
    {%- set query %}
    {{ changed_rows(staged, key, columns) }}

    select row_key from changed
    {%- endset %}
    {{ adapter.dispatch('create_due_table')(changed, query) }}
{%- endmacro %}

{# The rows of the table `changed`, the others that may be judged otherwise, and the rivals of these and those. #}
{% macro rows_with_rivals(staged, key, changed, rivals_by, or_where) -%}
    {%- set known = this ~ ' where known_to = ' ~ still_known() %}
    {%- set is_changed = row_key(key) ~ ' in (select changed.row_key from ' ~ changed ~ ' as changed)' -%}
    with touched as (

        select row_key from {{ changed }}
        union
        select row_key from {{ known }} and ({{ or_where }})

    ),

    rivals as (

        -- as they are and as they were
        select {{ rivals_by }}
        from ({{ rows_of_source(staged, key, is_changed, rows='changed') }}) as staged
        union
        select {{ rivals_by }} from {{ known }} and row_key in (select touched.row_key from touched)

    )

    select row_key from touched
    union
    select row_key from {{ known }} and {{ rivals_by }} in (select rivals.{{ rivals_by }} from rivals)
{%- endmacro %}

{#
    The same where rules look at rows together: what is due are the groups, by the number `group` that a row gives or by the
    id of its parent (`parent_id`), of rows that changed, as they are and as they were, and those whose parent in the history
    `parents` did. A rule looks at one row, at rows with the same primary key, at the parent, and at the other rows of the
    group; so nothing outside these groups can change its verdict. Where one looks at the parent's parent, too, `grandparents`
    is the history of these, and `grandparent_id` the parents' column that names them.
#}
{% macro find_due_groups(staged, key, group=none, parent_id=none, parents=none, grandparents=none, grandparent_id=none) -%}
    {%- do add_new_columns(staged) %}
    {%- if known_until() is not none -%}
        {%- set columns = staged_columns(staged) %}
        {%- set group = group or row_key(parent_id) %}
        {%- set of_parents = groups_of_changed_parents(parents, grandparents, grandparent_id) if parents %}
    {{ find_due_blocks(staged, key, columns) }}
        {{- adapter.dispatch('find_due_groups')(staged, key, columns, group, parent_id, of_parents) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__find_due_groups(staged, key, columns, group, parent_id, of_parents) -%}
    {%- set due %}
    {{ changed_rows(staged, key, columns) }}

    select {{ group }} as group_key
    from staged
    where row_key in (select changed.row_key from changed)
    union
    select {{ group }} as group_key
    from known
    where row_key in (select changed.row_key from changed)
    {%- if of_parents %}
    union
    {{ of_parents }}
    {%- endif %}
    {%- endset %}
    {{ find_due(due) }}
{%- endmacro %}

{% macro groups_of_changed_parents(parents, grandparents, grandparent_id) -%}
    select row_key as group_key
    from {{ parents }}
    where audit_key > {{ known_until() or 0 }}
    {%- if grandparents %}
    union
    select parents.row_key as group_key
    from {{ grandparents }} as grandparents
    inner join {{ parents }} as parents on grandparents.row_key = parents.{{ grandparent_id }}
    where
        grandparents.audit_key > {{ known_until() or 0 }}
        and parents.known_to = {{ still_known() }}
    {%- endif %}
{%- endmacro %}


{#
    A column that is new in the source is added to the history, which is never built afresh. What it said before is not known,
    so each row that says something there gets a version.
#}
{% macro add_new_columns(staged) -%}
    {%- if run_is_numbered() and is_incremental() and known_until() is none %}
        {%- for column in columns_of(staged) if column.name not in column_names(this) %}
            {%- do run_query('alter table ' ~ this ~ ' add column ' ~ column.name ~ ' ' ~ column.data_type) %}
        {%- endfor %}
        {%- do remembered().pop('columns of ' ~ this, none) %}
    {%- endif %}
{%- endmacro %}


{#
    For a history model: the rows of the source for which `condition` holds; all of them where there is none. Where their keys
    are found in a part of the due table, `rows` names it.
#}
{% macro rows_of_source(staged, key, condition, rows=none) -%}
    {%- if condition -%}
        {{ adapter.dispatch('rows_of_source')(staged, key, condition, rows) }}
    {%- else -%}
    select * from {{ staged }}
    {%- endif -%}
{%- endmacro %}

{% macro default__rows_of_source(staged, key, condition, rows) -%}
    select * from {{ staged }}
    where {{ condition }}
{%- endmacro %}


{#
    Two whole tables are compared in two steps. Blocks of neighbouring keys come first, by how many rows they have and by all
    hashes of their rows; then the rows of those blocks that differ, and of those that hold a key more than once. Equal rows,
    whose hashes cancel each other, share their key.

    The source's blocks are added up afresh each time. Those of the history are kept beside it, in the table `<history>__blocks`:
    what a run writes into the history it adds to them, in the same transaction.
#}
{% macro find_due_blocks(staged, key, columns) -%}
    {{ adapter.dispatch('find_due_blocks')(staged, key, columns) }}
{%- endmacro %}

{% macro default__find_due_blocks(staged, key, columns) -%}
    {%- set blocks %}
    with known as (

        {% if blocks_are_kept(columns) -%}
        select
            block,
            row_count,
            hashes,
            repeated_count
        from {{ kept_blocks() }}
        {%- else -%}
        {{ blocks_of_history(columns) }}
        {%- endif %}

    ),

    block_hashes as (

        select
            block,
            count(*) as row_count,
            bit_xor(row_hash) as hashes,
            0 as repeated_count
        from (
            select
                {{ key_block(row_key(key)) }} as block,
                {{ row_hash(columns) }} as row_hash
            from {{ staged }}
            {{ as_a_step() }}
        ) as hashed
        group by block
        union all
        select
            block,
            -row_count as row_count,
            hashes,
            repeated_count
        from known

    )

    select block
    from block_hashes
    group by block
    having sum(row_count) <> 0 or bit_xor(hashes) <> 0 or sum(repeated_count) > 0
    {%- endset %}
    {{ adapter.dispatch('create_due_table')(due_table('blocks'), blocks) }};
{%- endmacro %}

{# The table of a history's blocks; of this model's, where none is named. #}
{% macro kept_blocks(history=none) -%}
    {%- set of = history or this %}
    {{ return(api.Relation.create(database=of.database, schema=of.schema, identifier=of.identifier ~ '__blocks')) }}
{%- endmacro %}

{# The blocks of a history's open versions. #}
{% macro blocks_of_history(columns, history=none) -%}
    select
        block,
        {{ dbt.cast('count(*)', dbt.type_bigint()) }} as row_count,
        bit_xor(row_hash) as hashes,
        {{ dbt.cast('count(case when duplicate_number > 1 then 1 end)', dbt.type_bigint()) }} as repeated_count
    from (
        select
            {{ key_block('row_key') }} as block,
            {{ row_hash(columns) }} as row_hash,
            duplicate_number
        from {{ history or this }}
        where known_to = {{ still_known() }}
        {{ as_a_step() }}
    ) as hashed
    group by block
{%- endmacro %}

{#
    The end of a subquery that PostgreSQL's planner is not to merge with the query around it: there it takes as many groups of an
    expression as there are values of the column in it, and for so many groups it would leave all work to one process.
#}
{% macro as_a_step() -%} {{ adapter.dispatch('as_a_step')() }} {%- endmacro %}

{% macro default__as_a_step() -%} {%- endmacro %}

{% macro postgres__as_a_step() -%} limit all {%- endmacro %}

{#
    Whether the blocks that are kept are those of the history as it stands: written up to its newest row, and hashed as this
    engine hashes these columns. Another release of it may do so otherwise.
#}
{% macro blocks_are_kept(columns) -%}
    {%- set name = 'blocks of ' ~ this %}
    {%- if name not in remembered() %}
        {%- set blocks = kept_blocks() %}
        {%- set kept = false %}
        {%- if known_until() is not none and adapter.get_relation(blocks.database, blocks.schema, blocks.identifier) is not none %}
            {%- set found %}
                select
                    max(audit_key) as audit_key,
                    count(case when hashed_by = (select {{ hashed_by(columns) }}) then 1 end) - count(*) as hashed_otherwise
                from {{ blocks }}
            {%- endset %}
            {%- set written_in, hashed_otherwise = run_query(found).rows[0].values() %}
            {%- set kept = written_in == known_until() and hashed_otherwise == 0 %}
        {%- endif %}
        {%- do remembered().update({name: kept}) %}
    {%- endif %}
    {{ return(remembered()[name]) }}
{%- endmacro %}

{# Stands for the engine's release and for what is hashed, in which blocks. #}
{% macro hashed_by(columns) -%}
    md5(concat(version(), '{{ local_md5(key_block('row_key') ~ row_hash(columns)) }}'))
{%- endmacro %}


{# For a history's post-hook, in the transaction that writes it: the blocks are those of what it holds now. #}
{% macro keep_blocks(staged) -%}
    {#- dbt v2 would not see the rows that the same transaction has written -#}
    {%- if execute and not is_dbt_v2() -%}
        {{ adapter.dispatch('keep_blocks')(staged_columns(staged)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__keep_blocks(columns) -%}
    {%- set blocks = kept_blocks() %}
    {%- if blocks_are_kept(columns) %}
        {%- set of_this_run = due_table('written_blocks') %}
        {%- set sign = 'case when known_to = ' ~ still_known() ~ ' then 1 else -1 end' %}
        {%- set written %}
        with parts as (

            -- versions that appeared, and those that are gone
            select
                {{ key_block('row_key') }} as block,
                {{ sign }} as row_count,
                {{ row_hash(columns) }} as hashes,
                case when duplicate_number > 1 then {{ sign }} else 0 end as repeated_count
            from {{ this }}
            where audit_key = {{ audit_key() }}
            union all
            select
                block,
                row_count,
                hashes,
                repeated_count
            from {{ blocks }}
            where
                block in (
                    select {{ key_block('written.row_key') }}
                    from {{ this }} as written
                    where written.audit_key = {{ audit_key() }}
                )

        )

        select
            block,
            {{ dbt.cast('sum(row_count)', dbt.type_bigint()) }} as row_count,
            bit_xor(hashes) as hashes,
            {{ dbt.cast('sum(repeated_count)', dbt.type_bigint()) }} as repeated_count,
            {{ audit_key() }} as audit_key,
            {{ hashed_by(columns) }} as hashed_by
        from parts
        group by block
        having sum(row_count) <> 0
        {%- endset %}
    {{ adapter.dispatch('create_due_table')(of_this_run, written) }};
    delete from {{ blocks }}
    where
        block in (
            select {{ key_block('written.row_key') }}
            from {{ this }} as written
            where written.audit_key = {{ audit_key() }}
        );
    insert into {{ blocks }}
    select * from {{ of_this_run }}
    {%- else %}
    drop table if exists {{ blocks }};
    create table {{ blocks }} as
    select
        blocks.*,
        (select max(audit_key) from {{ this }}) as audit_key,
        {{ hashed_by(columns) }} as hashed_by
    from ({{ blocks_of_history(columns) }}) as blocks
    {%- endif %}
{%- endmacro %}

{# MySQL and MariaDB have no quick hash of a row. #}
{% macro mysql__keep_blocks(columns) -%} {%- endmacro %}


{# For a test: the blocks that are kept of a history, hashed as this engine does, and are others than it has. #}
{% macro wrong_blocks(history) -%}
    {%- set kept = kept_blocks(history) %}
    {%- if execute and adapter.get_relation(kept.database, kept.schema, kept.identifier) is not none -%}
        {%- set own = ['row_key', 'duplicate_number', 'broken_rule', 'known_from', 'known_to', 'audit_key'] %}
        {%- set columns = column_names(history) | reject('in', own) | sort %}
    select coalesce(kept.block, held.block) as block
    from {{ kept }} as kept
    full join (
        {{ blocks_of_history(columns, history) }}
    ) as held on kept.block = held.block
    where
        (
            coalesce(kept.row_count, 0) <> coalesce(held.row_count, 0)
            or coalesce(kept.hashes, 0) <> coalesce(held.hashes, 0)
            or coalesce(kept.repeated_count, 0) <> coalesce(held.repeated_count, 0)
        )
        and not exists (select 1 from {{ kept }} as otherwise where otherwise.hashed_by <> {{ hashed_by(columns) }})
    {%- else -%}
    select row_key as block
    from {{ history }}
    where 1 = 0
    {%- endif %}
{%- endmacro %}


{#
    64 neighbouring keys share a block; also negative ones. With more to a block, changes that are strewn over a table make
    most of it be compared row by row; with fewer, adding up takes longer than it spares.
#}
{% macro key_block(key) -%} ({{ key }} >> 6) {%- endmacro %}

{#
    A number of 64 bits that stands for the values of a row, fit for `bit_xor` over many. An engine's hash of several values
    is not: it mixes the last one in by XOR (DuckDB) or addition (PostgreSQL), so where two rows get one new time stamp for
    another their changes cancel. Hashed once more, they do not. Dispatched.
#}
{% macro row_hash(columns) -%} {{ adapter.dispatch('row_hash')(columns | join(', ')) }} {%- endmacro %}

{% macro default__row_hash(columns) -%} hash(hash({{ columns }})) {%- endmacro %}

{% macro postgres__row_hash(columns) -%} hashint8extended(hash_record_extended(row({{ columns }}), 0), 0) {%- endmacro %}

{# MySQL and MariaDB have no quick hash of a row. #}
{% macro mysql__find_due_blocks(staged, key, columns) -%} {%- endmacro %}


{# CTEs: the rows of the source (`staged`) and the open versions (`known`) of the blocks, and the row keys that `changed`. #}
{% macro changed_rows(staged, key, columns) -%}
    {{ adapter.dispatch('changed_rows')(staged, key, columns) }}
{%- endmacro %}

{% macro default__changed_rows(staged, key, columns) -%}
    {%- set blocks = due_table('blocks') -%}
    with staged as (

        select
            {{ row_key(key) }} as row_key,
            {{ columns | join(', ') }}
        from {{ staged }}
        where {{ key_block(row_key(key)) }} in (select blocks.block from {{ blocks }} as blocks)

    ),

    known as (

        select
            row_key,
            {{ columns | join(', ') }}
        from {{ this }}
        where
            known_to = {{ still_known() }}
            and {{ key_block('row_key') }} in (select blocks.block from {{ blocks }} as blocks)

    ),

    changed as (

        {{ differing_keys(columns) }}
        union
        select row_key
        from known
        group by row_key
        having count(*) > 1

    )
{%- endmacro %}

{# From the CTEs `staged` and `known`: the row keys whose rows differ, and those that the source shows more than once. #}
{% macro differing_keys(columns) -%}
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
{%- endmacro %}

{# Nor have they a full join. #}
{% macro mysql__changed_rows(staged, key, columns) -%}
    with staged as (

        select
            {{ row_key(key) }} as row_key,
            {{ columns | join(', ') }}
        from {{ staged }}

    ),

    known as (

        select
            row_key,
            duplicate_number,
            {{ columns | join(', ') }}
        from {{ this }}
        where known_to = {{ still_known() }}

    ),

    changed as (

        select staged.row_key
        from staged
        left join known
            on
                staged.{{ key }} = known.row_key
                {%- for column in columns if column != key %}
                and staged.{{ column }} <=> known.{{ column }}
                {%- endfor %}
        where known.row_key is null
        union
        select known.row_key
        from known
        left join staged on known.row_key = staged.{{ key }}
        where staged.{{ key }} is null
        union
        select row_key
        from staged
        group by row_key
        having count(*) > 1
        union
        select row_key
        from known
        where duplicate_number > 1

    )
{%- endmacro %}

{# In an order of their own, so that their hash does not hang on that of the table. #}
{% macro staged_columns(staged) -%}
    {{ return(column_names(staged) | sort if execute else []) }}
{%- endmacro %}


{#
    The last CTEs of a history model, from its `checked` rows: the versions to write. On a first build each row is one.
    Later they are the rows that appeared, and, with their end, those that are gone; `checked` then holds every row of
    the groups that are due, and `due` has the conditions, of which each row keeps one at most, that pick these groups from
    what is known.
#}
{% macro versions_to_write(columns, due=none) -%}
    {%- set content = ['row_key', 'duplicate_number'] + columns + ['broken_rule'] %}
    {#- MySQL would take a larger type for the number once there is more than one run -#}
    {%- set run = dbt.cast(audit_key(), api.Column.translate_type('integer')) %}
    {%- if is_incremental() -%}
    known as (

        {%- for condition in due or [none] %}
        select *
        from {{ this }}
        where
            known_to = {{ still_known() }}
            {{ 'and ' ~ condition if condition }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}

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
    For versions_to_write: the rows of the children whose parents are due, by the parent's id; those without one by
    themselves, so that an index serves the others.
#}
{% macro rows_of_due_parents(parent_id) -%}
    {{ return([
        is_due(parent_id, key='group_key'),
        parent_id ~ ' is null and ' ~ is_due(row_key(parent_id), key='group_key'),
    ]) }}
{%- endmacro %}
