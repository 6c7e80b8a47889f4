{#
    The snapshots and the tables of models/history hold what the source no longer says: nothing that dbt is told may put
    something else in their place. With these two, and `full_refresh: false`, it takes a `drop table` of one's own.
#}
{% macro keeps_history(node) -%}
    {{ return(node.resource_type == 'snapshot' or (node.resource_type == 'model' and node.fqn[1] == 'history')) }}
{%- endmacro %}


{# For start_run: refuses a run that would build a history afresh, since its configuration is another than it was. #}
{% macro refuse_to_replace_history() -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and keeps_history(node) %}
        {%- set rebuilt = flags.FULL_REFRESH and node.config.get('full_refresh') is not false %}
        {%- if (rebuilt or node.config.materialized != 'incremental')
            and adapter.get_relation(node.database, node.schema, node.alias) %}
            {{ exceptions.raise_compiler_error(
                node.name ~ " would be built afresh, and lose what the source no longer says: give it back `materialized: "
                ~ "incremental` and `full_refresh: false`"
            ) }}
        {%- endif %}
    {%- endfor %}
{%- endmacro %}


{# dbt's own, but for a history that is there: `dbt clone --full-refresh` would replace it by a view of another one. #}
{% materialization clone, default %}
    {%- if flags.FULL_REFRESH and keeps_history(model) and load_cached_relation(this) %}
        {{ exceptions.raise_compiler_error(
            this ~ " is a history, which a clone would replace: clone without --full-refresh, or into another schema"
        ) }}
    {%- endif %}
    {{ return(dbt.materialization_clone_default()) }}
{% endmaterialization %}
