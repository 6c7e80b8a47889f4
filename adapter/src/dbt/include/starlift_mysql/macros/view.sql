{% materialization view, adapter='starlift_mysql' %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set grant_config = config.get('grants') -%}

    {{ starlift_mysql__drop_leftovers(target_relation) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if existing_relation is none or existing_relation.is_view -%}
        {% call statement('main', auto_begin=False) -%}
            {{ get_create_view_as_sql(target_relation, sql) }}
        {%- endcall %}
    {%- else -%}
        {#- a table stands there: made aside, then swapped, so that readers never find nothing -#}
        {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
        {% call statement('main', auto_begin=False) -%}
            {{ get_create_view_as_sql(intermediate_relation, sql) }}
        {%- endcall %}
        {% do adapter.put_in_place(intermediate_relation, target_relation, existing_relation) %}
    {%- endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=True)) %}
    {% do persist_docs(target_relation, model) %}
    {% do adapter.commit_if_open() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
