{# A seed is built aside and put in place whole: a run that fails leaves the old rows. #}
{% materialization seed, adapter='starlift_mysql' %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set grant_config = config.get('grants') -%}
    {%- set agate_table = load_agate_table() -%}
    {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}
    {%- set rows_affected = agate_table.rows | length -%}

    {% if existing_relation is not none and existing_relation.is_view %}
        {{ exceptions.raise_compiler_error("Cannot seed to '" ~ existing_relation.render() ~ "', it is a view") }}
    {% endif %}

    {{ starlift_mysql__drop_leftovers(target_relation) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
    {% set create_sql = adapter.seed_table_sql(intermediate_relation, model, agate_table, config.get('indexes', [])) %}
    {% call statement('create_seed', auto_begin=False) -%}
        {{ create_sql }}
    {%- endcall %}
    {% do adapter.load_seed(intermediate_relation, agate_table) %}
    {% do adapter.put_in_place(intermediate_relation, target_relation, existing_relation) %}

    {% set code = 'CREATE' if should_full_refresh() else 'INSERT' %}
    {% call noop_statement('main', code ~ ' ' ~ rows_affected, code, rows_affected) -%}
        {{ create_sql }}
    {%- endcall %}

    {% do apply_grants(target_relation, grant_config, should_revoke(existing_relation, should_full_refresh())) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit_if_open() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
