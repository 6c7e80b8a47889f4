{#
    How PostgreSQL finds what is due in a history (row_history.sql): by an index on the source's key, where one serves. Its
    planner would rather read the whole table for each question.
#}

{# Whether PostgreSQL finds a few keys' rows of the source by an index. A small table it reads whole, index or not. #}
{% macro index_serves(staged, key) -%}
    {%- set name = 'index on ' ~ key ~ ' of ' ~ staged %}
    {%- if name not in remembered() %}
        {%- set plan = run_query('explain select * from ' ~ staged ~ ' where ' ~ key ~ ' between 0 and 63') %}
        {%- do remembered().update({name: 'Index' in plan.columns[0].values() | join}) %}
    {%- endif %}
    {{ return(remembered()[name]) }}
{%- endmacro %}


{% macro postgres__find_changed_rows(staged, key, columns, changed) -%}
    {%- if index_serves(staged, key) -%}
    {{ find_changed_by_index(staged, key, columns, changed) }}
    {%- else -%}
    {{ default__find_changed_rows(staged, key, columns, changed) }}
    {%- endif -%}
{%- endmacro %}

{#
    In steps, each of which makes a small table with statistics. The last has the keys of all rows of the due groups: of those
    that changed, and of those that are known, since the source shows the others as they are known.
#}
{% macro postgres__find_due_groups(staged, key, columns, group, parent_id, of_parents) -%}
    {%- if not index_serves(staged, key) %}
        {{ return(default__find_due_groups(staged, key, columns, group, parent_id, of_parents)) }}
    {%- endif %}
    {%- set changed = due_table('changed') %}
    {{ find_changed_by_index(staged, key, columns, changed) }};
    {%- set due %}
    select {{ group }} as group_key
    from ({{ rows_by_key(staged, key, changed) }}) as staged
    union
    select {{ group }} as group_key
    from {{ this }}
    where
        known_to = {{ still_known() }}
        and row_key in (select changed.row_key from {{ changed }} as changed)
    {%- if of_parents %}
    union
    {{ of_parents }}
    {%- endif %}
    {%- endset %}
    {{ find_due(due) }};
    {%- set known_in_groups = rows_of_due_parents(parent_id) if parent_id else [is_due(group, key='group_key')] %}
    {%- set rows_of_groups %}
    select row_key from {{ changed }}
    {%- for condition in known_in_groups %}
    union
    select row_key
    from {{ this }}
    where
        known_to = {{ still_known() }}
        and {{ condition }}
    {%- endfor %}
    {%- endset %}
    {{ adapter.dispatch('create_due_table')(due_table('rows'), rows_of_groups) }}
{%- endmacro %}

{% macro postgres__rows_of_source(staged, key, condition, rows) -%}
    {%- if index_serves(staged, key) -%}
    select * from ({{ rows_by_key(staged, key, due_table(rows)) }}) as staged
    where {{ condition }}
    {%- else -%}
    {{ default__rows_of_source(staged, key, condition, rows) }}
    {%- endif -%}
{%- endmacro %}


{#
    PostgreSQL's, where an index serves: makes a table of the row keys that changed, from the rows of the blocks that differ. What
    it finds by a range of keys its planner takes for half a percent of all rows, so here it has no choice.
#}
{% macro find_changed_by_index(staged, key, columns, changed) -%}
    {%- set blocks = due_table('blocks') %}
    {%- set in_block = 'between (blocks.block << 6) and (blocks.block << 6) + 63' %}
    {%- set query %}
    with staged as (

        select
            found.{{ key }} as row_key,
            found.*
        from {{ blocks }} as blocks
        cross join lateral (
            select {{ columns | join(', ') }} from {{ staged }}
            where {{ key }} {{ in_block }}
            {{ as_a_step() }}
        ) as found
        union all
        select
            {{ row_key(key) }} as row_key,
            {{ columns | join(', ') }}
        from {{ staged }}
        where
            {{ key }} is null
            and {{ key_block(row_key(key)) }} in (select blocks.block from {{ blocks }} as blocks)

    ),

    known as (

        select found.*
        from {{ blocks }} as blocks
        cross join lateral (
            select
                row_key,
                duplicate_number,
                {{ columns | join(', ') }}
            from {{ this }}
            where
                known_to = {{ still_known() }}
                and row_key {{ in_block }}
            {{ as_a_step() }}
        ) as found

    )

    {{ differing_keys(columns) }}
    union
    select row_key
    from known
    where duplicate_number > 1
    {%- endset %}
    {{ adapter.dispatch('create_due_table')(changed, query) }}
{%- endmacro %}

{#
    The rows of the source with the row keys of a small table. PostgreSQL's planner does not look into a view with a CTE for an
    index that serves a join; a value that comes from outside it does take there. Rows without a key stand apart, since an index
    does not find them by another.
#}
{% macro rows_by_key(staged, key, small) -%}
    select found.*
        from {{ small }} as small
        cross join lateral (
            select * from {{ staged }}
            where {{ key }} = small.row_key
            {{ as_a_step() }}
        ) as found
        union all
        select *
        from {{ staged }}
        where
            {{ key }} is null
            and {{ row_key(key) }} in (select small.row_key from {{ small }} as small)
{%- endmacro %}
