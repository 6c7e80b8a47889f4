{# Comments, on tables only: MySQL has none on views. #}

{% macro starlift_mysql__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if relation.is_table -%}
        {{ default__persist_docs(relation, model, for_relation, for_columns) }}
    {%- endif -%}
{%- endmacro %}

{% macro starlift_mysql__alter_relation_comment(relation, relation_comment) -%}
    alter table {{ relation.render() }} comment = {{ adapter.literal(relation_comment[:2048]) }}
{%- endmacro %}

{% macro starlift_mysql__alter_column_comment(relation, column_dict) -%}
    {{ return(adapter.column_comments_sql(relation, column_dict)) }}
{%- endmacro %}

{% macro starlift_mysql__get_catalog_for_single_relation(relation) -%}
    {{ return(adapter.get_catalog_for_single_relation(relation)) }}
{%- endmacro %}
