{# Schemas, tables and views: how they are made, renamed and dropped. #}

{% macro starlift_mysql__create_schema(relation) -%}
    {%- call statement('create_schema') -%}
        create schema if not exists {{ relation.without_identifier() }}
            default character set utf8mb4 default collate {{ adapter.binary_collation() }}
    {%- endcall -%}
{% endmacro %}

{% macro starlift_mysql__drop_schema(relation) -%}
    {%- call statement('drop_schema') -%}
        drop schema if exists {{ relation.without_identifier() }}
    {%- endcall -%}
{% endmacro %}

{% macro starlift_mysql__list_schemas(database) -%}
    {{ return(run_query('select schema_name as name from information_schema.schemata')) }}
{%- endmacro %}

{% macro starlift_mysql__get_columns_in_relation(relation) -%}
    {{ return(adapter.get_columns_in_relation(relation)) }}
{%- endmacro %}

{#
    A name of at most 64 characters, by which a run knows what a killed one left behind. It is another in each run: where
    a disk is full, MariaDB leaves the file of a table that it could not create, and refuses that name ever after.
#}
{% macro starlift_mysql__make_temp_relation(base_relation, suffix) -%}
    {%- if suffix == '__dbt_tmp' %}
        {%- set suffix = suffix ~ '_r' ~ invocation_id[:8] %}
    {%- endif %}
    {{ return(base_relation.incorporate(path={'identifier': adapter.name_beside(base_relation.identifier, suffix)})) }}
{%- endmacro %}

{% macro starlift_mysql__make_intermediate_relation(base_relation, suffix) -%}
    {{ return(starlift_mysql__make_temp_relation(base_relation, suffix)) }}
{%- endmacro %}

{% macro starlift_mysql__make_backup_relation(base_relation, backup_relation_type, suffix) -%}
    {{ return(starlift_mysql__make_temp_relation(base_relation, suffix).incorporate(type=backup_relation_type)) }}
{%- endmacro %}

{% macro starlift_mysql__drop_table(relation) -%}
    drop table if exists {{ relation.render() }}
{%- endmacro %}

{% macro starlift_mysql__drop_view(relation) -%}
    drop view if exists {{ relation.render() }}
{%- endmacro %}

{% macro starlift_mysql__drop_relation(relation) -%}
    {% call statement('drop_relation', auto_begin=False) -%}
        {{ get_drop_sql(relation) }}
    {%- endcall %}
{%- endmacro %}

{% macro starlift_mysql__rename_relation(from_relation, to_relation) -%}
    {% call statement('rename_relation', auto_begin=False) -%}
        rename table {{ from_relation.render() }} to {{ to_relation.render() }}
    {%- endcall %}
{%- endmacro %}

{% macro starlift_mysql__get_rename_table_sql(relation, new_name) -%}
    rename table {{ relation.render() }} to {{ relation.incorporate(path={'identifier': new_name}).render() }}
{%- endmacro %}

{% macro starlift_mysql__get_rename_view_sql(relation, new_name) -%}
    {{ starlift_mysql__get_rename_table_sql(relation, new_name) }}
{%- endmacro %}

{% macro starlift_mysql__alter_column_type(relation, column_name, new_column_type) -%}
    {% call statement('alter_column_type') -%}
        alter table {{ relation.render() }} modify column {{ adapter.quote(column_name) }} {{ adapter.ddl_type(new_column_type) }}
    {%- endcall %}
{%- endmacro %}

{#
  What a table is made with: a contract's columns and constraints, and the configured indexes.
  `create table ... as` takes indexes too, so that no row is ever readable without them.
#}
{% macro starlift_mysql__table_definition(contract) -%}
    {%- set parts = adapter.table_parts(
        model.columns if contract else {}, model.constraints if contract else [], config.get('indexes', [])
    ) -%}
    {%- if parts -%}
    (
        {{ parts | join(',\n        ') }}
    )
    {%- endif -%}
    {%- set options = adapter.table_options(config.get('engine'), config.get('row_format')) -%}
    {{ ' ' ~ options if options }}
{%- endmacro %}

{#
  A temporary relation is an ordinary table of its own name: MySQL cannot read a TEMPORARY table twice in one query.
  The one of a unit test is only asked for its columns, so there it can be one.
#}
{% macro starlift_mysql__create_table_as(temporary, relation, sql) -%}
    {%- set sql_header = config.get('sql_header', none) -%}
    {{ sql_header if sql_header is not none }}
    {% if temporary and model.resource_type == 'unit_test' -%}
        create temporary table {{ relation.render() }} as
        {{ sql }}
    {%- elif temporary and not (config.get('contract') and config.get('contract').enforced) -%}
        drop table if exists {{ relation.render() }};
        create table {{ relation.render() }} as
        {{ sql }}
    {%- elif config.get('contract') and config.get('contract').enforced -%}
        {#- new rows that are still aside have the contract's types, too: MySQL's own would be wider -#}
        {{ get_assert_columns_equivalent(sql) }}
        {% if temporary -%} drop table if exists {{ relation.render() }}; {%- endif %}
        create table {{ relation.render() }} {{ starlift_mysql__table_definition(true) }};
        insert into {{ relation.render() }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
        {{ get_select_subquery(sql) }}
    {%- else -%}
        create table {{ relation.render() }} {{ starlift_mysql__table_definition(false) }} as
        {{ sql }}
    {%- endif %}
{%- endmacro %}

{% macro starlift_mysql__create_view_as(relation, sql) -%}
    {%- set sql_header = config.get('sql_header', none) -%}
    {{ sql_header if sql_header is not none }}
    {% if config.get('contract') and config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create or replace view {{ relation.render() }} as
    {{ adapter.view_sql(sql) }}
{%- endmacro %}

{# dbt's own, which casts nulls to the contract's types; dbt-mysql's would be inherited, and knows fewer types. #}
{% macro starlift_mysql__get_empty_schema_sql(columns) -%}
    {{ default__get_empty_schema_sql(columns) }}
{%- endmacro %}

{# Indexes are part of the table's definition. #}
{% macro starlift_mysql__create_indexes(relation) -%}
{%- endmacro %}
