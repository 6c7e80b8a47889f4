{#
    What the warehouse holds, free of the order of its rows and of the engine: the same content gives the same numbers
    on every target. `starlift parity` runs this by `dbt run-operation` and compares what it prints.

    Every row becomes text in one way of writing, the text a whole number, and the numbers are added up in buckets, so
    that a difference can be traced to a few rows (content_rows) without fetching all of them.
#}
{% macro content_checksums(buckets=64) -%}
    {%- for part in parts_to_compare() %}
        {%- set columns = columns_to_compare(part) %}
        {%- set sums %}
            select
                mod(row_key, {{ buckets }}) as bucket,
                count(*) as row_count,
                sum(row_key) as row_sum
            from ({{ rows_as_text(part, columns) }}) as texts
            group by 1
            order by 1
        {%- endset %}
        {%- do print('content: ' ~ tojson({
            'part': part.name,
            'kind': part.kind,
            'columns': columns | map(attribute='name') | list,
            'buckets': run_query(sums).rows | map('map', 'string') | map('list') | list,
        })) %}
    {%- endfor %}
{%- endmacro %}


{# The rows of one part in some of its buckets, as text, for a person to read: the columns' names and values. #}
{% macro content_rows(part_name, in_buckets, buckets=64) -%}
    {%- for part in parts_to_compare() if part.name == part_name %}
        {%- set found %}
            select row_text
            from ({{ rows_as_text(part, columns_to_compare(part)) }}) as texts
            where mod(row_key, {{ buckets }}) in ({{ in_buckets | join(', ') }})
            order by row_text
        {%- endset %}
        {%- for row in run_query(found).rows %}
            {%- do print('row: ' ~ tojson(row[0])) %}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}


{#
    What people read: every snapshot and history, every table of the star, the quarantines and what else is not private of the
    steps before it, every reference list and every answer. Its name, its kind, and a query for its content. With `as_of` the
    star of then, and the answers as of then.
#}
{% macro parts_to_compare() -%}
    {%- set parts = [] %}
    {%- set of_then = built_as_of() if as_of() is not none %}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') if node.package_name == project_name %}
        {%- if node.resource_type == 'analysis' and node.fqn[1] != 'audit' %}
            {%- do parts.append({'name': node.name, 'kind': 'answer', 'sql': render(node.raw_code)}) %}
        {%- elif of_then and node.unique_id not in of_then %}
            {#- it is of now -#}
        {%- elif node.resource_type in ('snapshot', 'seed') or node.get('access') == 'public'
            or (node.resource_type == 'model' and node.fqn[1] == 'history')
            or (node.get('access') == 'protected' and node.fqn[1] == 'intermediate') %}
            {%- set relation = api.Relation.create(node.database, node.schema, node.alias) %}
            {%- do parts.append({
                'name': node.name,
                'kind': node.resource_type if node.resource_type != 'model' else node.name.split('_')[0],
                'sql': 'select * from ' ~ relation,
            }) %}
        {%- endif %}
    {%- endfor %}
    {{ return(parts) }}
{%- endmacro %}


{#
    A part's columns by name, but for dbt's own hash of a snapshot's row, which is made in the engine's own way, and the
    numbers of the runs that wrote a row and knew it, which hang on how often one ran.
#}
{% macro columns_to_compare(part) -%}
    {%- set columns = adapter.get_column_schema_from_query(part.sql) %}
    {%- set left_out = ['dbt_scd_id', 'audit_key', 'known_from', 'known_to', 'rejected_in_run', 'left_in_run'] %}
    {{ return(columns | rejectattr('name', 'in', left_out) | sort(attribute='name') | list) }}
{%- endmacro %}


{# Every row as text, and the text as a whole number; a null is told from an empty text by having no value at all. #}
{% macro rows_as_text(part, columns) -%}
    select
        row_text,
        {{ hex_to_bigint("substr(md5(row_text), 1, 15)") }} as row_key
    from (
        select
            concat_ws(
                ', '
                {%- for column in columns %},
                concat_ws('=', '{{ column.name }}', {{ canonical_text(column) }})
                {%- endfor %}
            ) as row_text
        from ({{ part.sql }}) as content
    ) as written
{%- endmacro %}


{# A value in the one way of writing that every engine is brought to; text has its length in front. #}
{% macro canonical_text(column) -%}
    {%- set kind = column.data_type | lower -%}
    {%- if 'timestamp' in kind or 'datetime' in kind -%}
        {{ timestamp_text(column.name) }}
    {%- elif kind == 'date' -%}
        cast({{ column.name }} as {{ dbt.type_string() }})
    {%- elif 'bool' in kind -%}
        {#- MySQL's are numbers -#}
        case when {{ column.name }} then '1.000000' when not {{ column.name }} then '0.000000' end
    {%- elif 'int' in kind or 'long' in kind or 'dec' in kind or 'num' in kind -%}
        cast(cast({{ column.name }} as decimal(38, 6)) as {{ dbt.type_string() }})
    {%- elif 'float' in kind or 'double' in kind or 'real' in kind -%}
        {{ exceptions.raise_compiler_error(
            column.name ~ " is a " ~ kind ~ ", which engines write in different ways: make it a decimal"
        ) }}
    {%- else -%}
        concat_ws(':', char_length({{ column.name }}), {{ column.name }})
    {%- endif -%}
{%- endmacro %}


{# A timestamp as text down to the microsecond, such as 2025-01-31 18:00:00.000000. #}
{% macro timestamp_text(column) -%}
    {{ return(adapter.dispatch('timestamp_text')(column)) }}
{%- endmacro %}

{% macro default__timestamp_text(column) -%}
    to_char({{ column }}, 'YYYY-MM-DD HH24:MI:SS.US')
{%- endmacro %}

{% macro duckdb__timestamp_text(column) -%}
    strftime({{ column }}, '%Y-%m-%d %H:%M:%S.%f')
{%- endmacro %}

{% macro mysql__timestamp_text(column) -%}
    date_format({{ column }}, '%Y-%m-%d %H:%i:%s.%f')
{%- endmacro %}
