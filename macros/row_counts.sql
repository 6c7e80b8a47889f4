{#
    How many rows a table of the source has, and how many of them are rejected, from its history. Where both were counted
    up to a run before (`since`), only what changed since is counted: a run's cost hangs on the change, not on the table.
#}
{% macro row_counts_of(history, source_table, since) -%}
    select
        '{{ source_table }}' as source_table,
        {%- if since is none %}
        count(*) as row_count,
        count(broken_rule) as rejected_count
    from {{ history }}
    where known_to = {{ still_known() }}
        {%- else %}
        {%- set change -%}
            case when known_from > {{ since }} then 1 else 0 end - case when known_to <> {{ still_known() }} then 1 else 0 end
        {%- endset %}
        {{ counted_before('rows_in', source_table, since) }} + coalesce(sum({{ change }}), 0) as row_count,
        {{ counted_before('rows_rejected', source_table, since) }}
        + coalesce(sum(case when broken_rule is not null then {{ change }} end), 0) as rejected_count
    from {{ history }}
    where audit_key > {{ since }}
        {%- endif %}
{%- endmacro %}

{% macro counted_before(column, source_table, run) -%}
    (select {{ column }} from {{ this }} where source_table = '{{ source_table }}' and audit_key = {{ run }})
{%- endmacro %}
