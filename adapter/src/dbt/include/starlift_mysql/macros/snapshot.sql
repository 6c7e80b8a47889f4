{#
  The staged changes lie in a table of their own; the update and the insert that take them over are one transaction, so
  everything that is DDL, and would commit it, comes before.
#}
{% materialization snapshot, adapter='starlift_mysql' %}

    {%- set grant_config = config.get('grants') -%}
    {% set target_relation_exists, target_relation = get_or_create_relation(
        database=none, schema=model.schema, identifier=model.get('alias', model.get('name')), type='table'
    ) -%}
    {%- if not target_relation.is_table -%}
        {% do exceptions.relation_wrong_type(target_relation, 'table') %}
    {%- endif -%}

    {{ starlift_mysql__drop_leftovers(target_relation) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set strategy_macro = strategy_dispatch(config.get('strategy')) -%}
    {%- set strategy = strategy_macro(model, 'snapshotted_data', 'source_data', model['config'], target_relation_exists) -%}

    {% if not target_relation_exists -%}
        {{ starlift_mysql__build_and_swap(target_relation, none, build_snapshot_table(strategy, model['compiled_code'])) }}
    {%- else -%}
        {% set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
        {{ adapter.assert_valid_snapshot_target_given_strategy(target_relation, columns, strategy) }}

        {% set staging_table = build_snapshot_staging_table(strategy, sql, target_relation) %}
        {% do adapter.expand_target_column_types(from_relation=staging_table, to_relation=target_relation) %}

        {% set own_columns = ['dbt_change_type', 'dbt_unique_key'] %}
        {% if strategy.unique_key | is_list %}
            {% for key in strategy.unique_key %}
                {% do own_columns.append('dbt_unique_key_' ~ loop.index) %}
            {% endfor %}
        {% endif %}
        {% set missing_columns = adapter.get_missing_columns(staging_table, target_relation)
            | rejectattr('name', 'in', own_columns) | list %}
        {% do create_columns(target_relation, missing_columns) %}
        {% set insert_columns = adapter.get_columns_in_relation(staging_table)
            | rejectattr('name', 'in', own_columns) | map(attribute='quoted') | list %}

        {% call statement('main') -%}
            {{ snapshot_merge_sql(target=target_relation, source=staging_table, insert_cols=insert_columns) }}
        {%- endcall %}
    {%- endif %}

    {% do apply_grants(target_relation, grant_config, should_revoke(target_relation_exists, full_refresh_mode=False)) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit_if_open() %}
    {% if staging_table is defined %}
        {% do adapter.drop_relation(staging_table) %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}

{% macro starlift_mysql__snapshot_merge_sql(target, source, insert_cols) -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    update {{ target.render() }} as DBT_INTERNAL_DEST
    inner join {{ source.render() }} as DBT_INTERNAL_SOURCE
        on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
    set DBT_INTERNAL_DEST.{{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
    where DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
        and (
            DBT_INTERNAL_DEST.{{ columns.dbt_valid_to }} is null
            {%- if config.get('dbt_valid_to_current') %}
            or DBT_INTERNAL_DEST.{{ columns.dbt_valid_to }} = {{ config.get('dbt_valid_to_current') }}
            {%- endif %}
        );

    insert into {{ target.render() }} ({{ insert_cols | join(', ') }})
    select {{ insert_cols | join(', ') }}
    from {{ source.render() }}
    where dbt_change_type = 'insert'
{%- endmacro %}

{% macro starlift_mysql__snapshot_hash_arguments(args) -%}
    md5(concat_ws('|'{% for arg in args %}, coalesce(cast({{ arg }} as char), ''){% endfor %}))
{%- endmacro %}

{# dbt's own query; only its comments lack the space that MySQL wants behind the dashes. #}
{% macro starlift_mysql__snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ default__snapshot_staging_table(strategy, source_sql, target_relation) | replace('--avoid', '-- avoid') }}
{%- endmacro %}
