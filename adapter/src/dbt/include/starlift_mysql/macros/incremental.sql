{% materialization incremental, adapter='starlift_mysql' %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set rebuild = existing_relation is none or existing_relation.is_view or should_full_refresh() -%}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
    {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
    {%- set grant_config = config.get('grants') -%}

    {{ starlift_mysql__drop_leftovers(target_relation) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if rebuild -%}
        {{ starlift_mysql__build_and_swap(target_relation, existing_relation, sql) }}
    {%- else -%}
        {%- set temp_relation = make_temp_relation(target_relation) -%}
        {%- set unique_key = config.get('unique_key') -%}

        {#- everything that is DDL first: each such statement commits, and the changes are to be one transaction -#}
        {% call statement('new_rows', auto_begin=False) -%}
            {{ get_create_table_as_sql(True, temp_relation, sql) }}
        {%- endcall %}
        {% if not (config.get('contract') and config.get('contract').enforced) %}
            {% do adapter.expand_target_column_types(from_relation=temp_relation, to_relation=target_relation) %}
        {% endif %}
        {% set dest_columns = process_schema_changes(on_schema_change, temp_relation, existing_relation) %}
        {% if not dest_columns %}
            {% set dest_columns = adapter.get_columns_in_relation(existing_relation) %}
        {% endif %}

        {% call statement('main') -%}
            {{ strategy({
                'target_relation': target_relation,
                'temp_relation': temp_relation,
                'unique_key': unique_key,
                'dest_columns': dest_columns,
                'incremental_predicates': config.get('predicates') or config.get('incremental_predicates'),
            }) }}
        {%- endcall %}
    {%- endif %}

    {% do apply_grants(
        target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=rebuild)
    ) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit_if_open() %}
    {% if not rebuild %}
        {% do adapter.drop_relation(temp_relation) %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{%- endmaterialization %}


{% macro starlift_mysql__get_incremental_default_sql(arg_dict) -%}
    {%- if arg_dict['unique_key'] -%}
        {{ return(get_incremental_delete_insert_sql(arg_dict)) }}
    {%- else -%}
        {{ return(get_incremental_append_sql(arg_dict)) }}
    {%- endif -%}
{%- endmacro %}

{# dbt's own alias, in whichever case a predicate writes it: MySQL tells aliases apart by case on Linux. #}
{% macro starlift_mysql__predicates(incremental_predicates) -%}
    {%- for predicate in incremental_predicates or [] %}
        and ({{ predicate | replace('dbt_internal_dest', 'DBT_INTERNAL_DEST') | replace('dbt_internal_source', 'DBT_INTERNAL_SOURCE') }})
    {%- endfor -%}
{%- endmacro %}

{% macro starlift_mysql__unique_keys(unique_key) -%}
    {{ return([unique_key] if unique_key is string else unique_key) }}
{%- endmacro %}

{#
  A join, not `in (select ...)`, which MariaDB would run once per row of the target. The keys get names of their own, so
  that a predicate can name the target's columns alone.
#}
{% macro starlift_mysql__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- set dest_cols_csv = get_quoted_csv(dest_columns | map(attribute='name')) -%}
    {%- if unique_key -%}
        {%- set keys = starlift_mysql__unique_keys(unique_key) -%}
        delete DBT_INTERNAL_DEST
        from {{ target.render() }} as DBT_INTERNAL_DEST
        inner join (
            select distinct
                {%- for key in keys %} {{ key }} as dbt_key_{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}
            from {{ source.render() }}
        ) as DBT_INTERNAL_SOURCE
            on {% for key in keys -%}
                {{ ' and ' if not loop.first }}DBT_INTERNAL_DEST.{{ key }} = DBT_INTERNAL_SOURCE.dbt_key_{{ loop.index }}
            {%- endfor %}
        where true {{- starlift_mysql__predicates(incremental_predicates) }};
    {%- endif %}

    insert into {{ target.render() }} ({{ dest_cols_csv }})
    select {{ dest_cols_csv }}
    from {{ source.render() }}
{%- endmacro %}

{# MySQL has no MERGE: an insert of the rows that match nothing, then an update of the others, in one transaction. #}
{% macro starlift_mysql__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- set names = dest_columns | map(attribute='name') | list -%}
    {%- set dest_cols_csv = get_quoted_csv(names) -%}
    {%- if not unique_key -%}
        insert into {{ target.render() }} ({{ dest_cols_csv }})
        select {{ dest_cols_csv }}
        from {{ source.render() }}
    {%- else -%}
        {%- set keys = starlift_mysql__unique_keys(unique_key) -%}
        {%- set update_columns = get_merge_update_columns(
            config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns
        ) -%}
        {%- set match -%}
            {% for key in keys -%}
                {{ ' and ' if not loop.first }}DBT_INTERNAL_DEST.{{ key }} = DBT_INTERNAL_SOURCE.{{ key }}
            {%- endfor %}
            {{- starlift_mysql__predicates(incremental_predicates) }}
        {%- endset -%}
        {#- before the update, after which a predicate might no longer find the rows that matched -#}
        insert into {{ target.render() }} ({{ dest_cols_csv }})
        select {% for name in names -%}
            DBT_INTERNAL_SOURCE.{{ adapter.quote(name) }}{{ ', ' if not loop.last }}
        {%- endfor %}
        from {{ source.render() }} as DBT_INTERNAL_SOURCE
        left join {{ target.render() }} as DBT_INTERNAL_DEST on {{ match }}
        where DBT_INTERNAL_DEST.{{ keys[0] }} is null
        {%- if update_columns -%}
            ;
            update {{ target.render() }} as DBT_INTERNAL_DEST
            inner join {{ source.render() }} as DBT_INTERNAL_SOURCE on {{ match }}
            set {% for column in update_columns -%}
                DBT_INTERNAL_DEST.{{ column }} = DBT_INTERNAL_SOURCE.{{ column }}{{ ', ' if not loop.last }}
            {%- endfor %}
        {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# Replaces the batch's time span. #}
{% macro starlift_mysql__get_incremental_microbatch_sql(arg_dict) -%}
    {%- set dest_cols_csv = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set event_time = adapter.quote(model.config.event_time) -%}
    {%- set span = [] -%}
    {%- if model.config.get('__dbt_internal_microbatch_event_time_start') -%}
        {%- do span.append(event_time ~ " >= cast('" ~ model.config['__dbt_internal_microbatch_event_time_start'].strftime('%Y-%m-%d %H:%M:%S') ~ "' as datetime(6))") -%}
    {%- endif -%}
    {%- if model.config.get('__dbt_internal_microbatch_event_time_end') -%}
        {%- do span.append(event_time ~ " < cast('" ~ model.config['__dbt_internal_microbatch_event_time_end'].strftime('%Y-%m-%d %H:%M:%S') ~ "' as datetime(6))") -%}
    {%- endif -%}
    delete from {{ arg_dict['target_relation'].render() }}
    where true {%- for condition in span %} and {{ condition }}{% endfor %} {{- starlift_mysql__predicates(arg_dict['incremental_predicates']) }};

    insert into {{ arg_dict['target_relation'].render() }} ({{ dest_cols_csv }})
    select {{ dest_cols_csv }}
    from {{ arg_dict['temp_relation'].render() }}
{%- endmacro %}

{% macro starlift_mysql__get_incremental_append_sql(arg_dict) -%}
    {%- set dest_cols_csv = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    insert into {{ arg_dict['target_relation'].render() }} ({{ dest_cols_csv }})
    select {{ dest_cols_csv }}
    from {{ arg_dict['temp_relation'].render() }}
{%- endmacro %}
