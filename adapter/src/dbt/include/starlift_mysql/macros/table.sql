{#
  Drops what a killed run may have left beside a relation; asks only dbt's cache, so it costs nothing when there is none.
  A microbatch's first batch runs alone, so no batch drops what another has just made.
#}
{% macro starlift_mysql__drop_leftovers(relation) -%}
    {%- for leftover in adapter.leftovers(relation) -%}
        {% do adapter.drop_relation(leftover) %}
    {%- endfor -%}
{%- endmacro %}

{# Builds a table under another name and puts it in place by one atomic rename: readers see the old one or the new one. #}
{% macro starlift_mysql__build_and_swap(target_relation, existing_relation, sql) -%}
    {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
    {% call statement('main', auto_begin=False) -%}
        {{ get_create_table_as_sql(False, intermediate_relation, sql) }}
    {%- endcall %}
    {% do adapter.put_in_place(intermediate_relation, target_relation, existing_relation) %}
{%- endmacro %}

{% materialization table, adapter='starlift_mysql' %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set grant_config = config.get('grants') -%}

    {{ starlift_mysql__drop_leftovers(target_relation) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {{ starlift_mysql__build_and_swap(target_relation, existing_relation, sql) }}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=True)) %}
    {% do persist_docs(target_relation, model) %}
    {% do adapter.commit_if_open() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
