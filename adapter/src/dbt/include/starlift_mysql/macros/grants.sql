{# Grants belong to a table's name, so they outlive a rebuild. A grantee is `user` or `user@host`. #}

{% macro starlift_mysql__get_show_grant_sql(relation) -%}
    select
        trim(both '''' from substring_index(grantee, '@', 1)) as grantee_user,
        trim(both '''' from substring_index(grantee, '@', -1)) as grantee_host,
        privilege_type
    from information_schema.table_privileges
    where table_schema = {{ adapter.literal(relation.schema) }} and table_name = {{ adapter.literal(relation.identifier) }}
{%- endmacro %}

{% macro starlift_mysql__get_grant_sql(relation, privilege, grantees) -%}
    grant {{ privilege }} on {{ relation.render() }} to {{ adapter.accounts(grantees) | join(', ') }}
{%- endmacro %}

{% macro starlift_mysql__get_revoke_sql(relation, privilege, grantees) -%}
    revoke {{ privilege }} on {{ relation.render() }} from {{ adapter.accounts(grantees) | join(', ') }}
{%- endmacro %}
