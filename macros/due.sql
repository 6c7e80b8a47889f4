{#
    What of an incremental table may come out otherwise than it is stored: a small table of keys, made in a pre-hook and
    read by the model. It is a table of its own, and no part of the model's query, because planners judge a small table
    with statistics rightly and a chain of subqueries wrongly by orders of magnitude.
#}
{% macro find_due(query) -%}
    {%- if known_until() is not none -%}
        {{ adapter.dispatch('create_due_table')(due_table(), query) }}
    {%- endif -%}
{%- endmacro %}

{#
    A part of such a query that its planner would misjudge: for a pre-hook before it, and in the query what stands for the part.
    Dispatched: only PostgreSQL makes a table of it.
#}
{% macro find_part_of_due(part, query) -%}
    {%- if known_until() is not none -%}
        {{ adapter.dispatch('find_part_of_due')(part, query) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__find_part_of_due(part, query) -%} {%- endmacro %}

{% macro postgres__find_part_of_due(part, query) -%}
    {{ postgres__create_due_table(due_table(part), query) }}
{%- endmacro %}

{% macro part_of_due(part, query) -%} {{ adapter.dispatch('part_of_due')(part, query) }} {%- endmacro %}

{% macro default__part_of_due(part, query) -%} {{ query }} {%- endmacro %}

{% macro postgres__part_of_due(part, query) -%} select * from {{ due_table(part) }} {%- endmacro %}


{# The table of what is due, or one of its `part`s. #}
{% macro due_table(part=none) -%}
    {{ return(adapter.dispatch('due_table')(this.identifier ~ '__due' ~ ('_' ~ part if part else ''))) }}
{%- endmacro %}

{# dbt v2 asks DuckDB each question on another connection, where a temporary table is not found. #}
{% macro default__due_table(identifier) -%}
    {{ return(api.Relation.create(schema=this.schema if is_dbt_v2() else none, identifier=identifier)) }}
{%- endmacro %}

{#
    MySQL cannot read a temporary table twice in one query. The run's number is part of the name: where the disk was full, MariaDB
    can leave a file behind that keeps a table of the same name from ever being made again.
#}
{% macro mysql__due_table(identifier) -%}
    {{ return(api.Relation.create(schema=this.schema, identifier=identifier ~ '_' ~ audit_key() | trim)) }}
{%- endmacro %}

{% macro default__create_due_table(due, query) -%}
    create or replace {{ 'temporary' if not is_dbt_v2() }} table {{ due }} as {{ query }}
{%- endmacro %}

{% macro postgres__create_due_table(due, query) -%}
    create temporary table {{ due }} on commit drop as {{ query }};
    analyze {{ due }}
{%- endmacro %}

{% macro mysql__create_due_table(due, query) -%}
    {%- do run_query('drop table if exists ' ~ due) %}
    create table {{ due }} as {{ query }}
{%- endmacro %}

{# For the start of a run: what a run that was killed has left of such tables goes. Dispatched, where they are not temporary. #}
{% macro drop_due_tables_of_killed_runs() -%}
    {{ adapter.dispatch('drop_due_tables_of_killed_runs')() }}
{%- endmacro %}

{% macro default__drop_due_tables_of_killed_runs() -%} {%- endmacro %}

{% macro mysql__drop_due_tables_of_killed_runs() -%}
    {%- set found %}
        select table_schema, table_name
        from information_schema.tables
        where
            table_schema in ('{{ graph.nodes.values() | map(attribute='schema') | unique | join("', '") }}')
            and table_name regexp '__due(_[a-z]+)?_[0-9]+$'
    {%- endset %}
    {%- for schema, identifier in run_query(found).rows %}
        {%- do run_query('drop table ' ~ api.Relation.create(schema=schema, identifier=identifier)) %}
    {%- endfor %}
{%- endmacro %}

{# For a post-hook: a table that is not temporary, and a `part` of it, goes when it has served. #}
{% macro drop_due_table(part=none) -%}
    {{ adapter.dispatch('drop_due_table')(part) }}
{%- endmacro %}

{% macro default__drop_due_table(part) -%}
    {%- if is_dbt_v2() %}
        {%- for one in (none, 'known', 'blocks', 'changed') %}
    drop table if exists {{ due_table(one) }};
        {%- endfor %}
    {%- endif %}
{%- endmacro %}

{% macro mysql__drop_due_table(part) -%}
    drop table if exists {{ due_table() }}{{ ', ' ~ due_table(part) if part }}
{%- endmacro %}


{#
    The condition that picks the rows that are due, by a column of the table of due keys, which `key` names where it is
    another; `where` picks of these.
#}
{% macro is_due(column, key=none, where=none) -%}
    {{ column }} in (select due.{{ key or column }} from {{ due_table() }} as due{{ ' where due.' ~ where if where }})
{%- endmacro %}
