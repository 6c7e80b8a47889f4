{#
    The runs of this warehouse, numbered 1, 2, 3, ... in `<target schema>_audit.runs`. Every row of history and of the
    star bears the number of the run that wrote it (`audit_key`), so that a model can ask what is newer than itself.
#}
{% macro runs_relation() -%}
    {{ return(audit_table('runs')) }}
{%- endmacro %}


{# The commands that write history and star. #}
{% macro run_is_numbered() -%}
    {{ return(execute and as_of() is none and flags.WHICH in ('build', 'run', 'snapshot', 'retry')) }}
{%- endmacro %}


{#
    For on-run-start: gives this run its number. A run before it that has no end was killed: no two run at one time, since
    each holds a lock while it lives (scripts/dbt_starlift/build_lock.py).
#}
{% macro start_run() -%}
    {%- if run_is_numbered() %}
        {%- do refuse_to_forget() %}
        {%- do refuse_to_replace_history() %}
        {%- do create_audit_tables() %}
        {%- do drop_due_tables_of_killed_runs() %}
        {%- do run_query("update " ~ runs_relation() ~ " set status = 'killed' where status = 'running'") %}
        {{ insert_run(utc_now()) }}
    {%- endif %}
{%- endmacro %}


{#
    For on-run-start, after start_run: which state of each source this run reads, in `<target schema>_audit.run_batches`.
    So a row's `audit_key` leads to the load that it came from, and a date to the runs that had seen no more than that.
#}
{% macro note_batches() -%}
    {%- if run_is_numbered() %}
        {%- set batches = run_batches_relation() %}
        {%- set states = [] %}
        {%- for source_name in graph.sources.values() | map(attribute='source_name') | unique | reject('equalto', 'audit') | sort %}
            {%- set log = load_log(source_name) %}
            {%- if log or not var(source_name ~ '_has_load_log', false) %}
                {%- do states.append(batch_sql(source_name, log)) %}
            {%- endif %}
        {%- endfor %}
        {#- this ends the transaction that looking for the logs began, which dbt would roll back with what follows in it -#}
        {%- do adapter.create_schema(api.Relation.create(database=target.database, schema=batches.schema)) %}
        {%- if states %}
        insert into {{ batches }} (audit_key, source_name, load_id, extracted_at)
        {{ states | join('\nunion all\n') }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{% macro run_batches_relation() -%}
    {{ return(audit_table('run_batches')) }}
{%- endmacro %}

{% macro batch_sql(source_name, log) -%}
    select
        {{ audit_key() }} as audit_key,
        '{{ source_name }}' as source_name,
        {% if log %}(select max(loads.load_id) from {{ log }} as loads){% else %}null{% endif %} as load_id,
        {{ extracted_at_by(log) if log else utc_now() }} as extracted_at
{%- endmacro %}

{# The log of a source's loads; none where it has none, or nothing has been loaded yet. #}
{% macro load_log(source_name) -%}
    {%- for log in graph.sources.values() if log.source_name == source_name and log.name == 'loads' %}
        {{ return(adapter.get_relation(log.database, log.schema, log.identifier)) }}
    {%- endfor %}
    {{ return(none) }}
{%- endmacro %}


{# With --empty or --sample dbt reads nothing, or little, of the source: history would take all the rest for deleted. #}
{% macro refuse_to_forget() -%}
    {%- if flags.EMPTY or invocation_args_dict.get('sample') %}
        {%- for node in graph.nodes.values() if keeps_history(node) or node.config.get('full_refresh') is false %}
            {%- if adapter.get_relation(node.database, node.schema, node.alias) %}
                {{ exceptions.raise_compiler_error(
                    node.schema ~ " has a history, which a run with --empty or --sample would end: give such runs a schema of"
                    ~ " their own, as with STARLIFT_SCHEMA=trial"
                ) }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}

{#
    Stands for all that a table's content depends on besides the source's rows: the project's models, snapshots and seeds,
    with their contracts, the vars that they read, and the source's columns. Where it is another than when a table was last
    written, all of it is due again.
#}
{% macro rules_fingerprint() -%}
    {%- set parts = [] %}
    {%- for name in ['clinic_readmission_days', 'date_from', 'date_until'] %}
        {%- do parts.append(name ~ '=' ~ var(name)) %}
    {%- endfor %}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') %}
        {%- if node.resource_type in ('model', 'seed', 'snapshot') %}
            {%- do parts.append(node.unique_id ~ '=' ~ node.checksum.checksum ~ ' ' ~ node.get('contract', {}).get('checksum')) %}
        {%- endif %}
    {%- endfor %}
    {{ return(local_md5((parts + source_columns()) | join('\n'))) }}
{%- endmacro %}

{# Every column of the schemas that are read, with its type. #}
{% macro source_columns() -%}
    {%- set schemas = [] %}
    {%- for schema in graph.sources.values() | rejectattr('source_name', 'equalto', 'audit') | map(attribute='schema') | unique %}
        {%- do schemas.append("'" ~ schema ~ "'") %}
    {%- endfor %}
    {%- set columns = [] %}
    {%- if schemas %}
        {%- set found %}
            select
                table_schema, table_name, column_name, data_type,
                character_maximum_length, numeric_precision, numeric_scale, datetime_precision
            from information_schema.columns
            where table_schema in ({{ schemas | join(', ') }})
        {%- endset %}
        {%- for row in run_query(found).rows %}
            {%- do columns.append(row.values() | join(' ')) %}
        {%- endfor %}
    {%- endif %}
    {{ return(columns | sort) }}
{%- endmacro %}

{# What the log says of this run: its number, and what it depends on. #}
{% macro this_run() -%}
    {%- if 'run' not in remembered() %}
        {%- set found = run_query(
            "select audit_key, rules_fingerprint from " ~ runs_relation() ~ " where invocation_id = '" ~ invocation_id ~ "'"
        ) %}
        {%- do remembered().update({'run': {'audit_key': found.rows[0][0], 'rules_fingerprint': found.rows[0][1]}}) %}
    {%- endif %}
    {{ return(remembered()['run']) }}
{%- endmacro %}


{# This run's number, as a literal; with `as_of`, that of the run which knew it; 0 where a command numbers no run. #}
{% macro audit_key() -%}
    {%- if as_of() is not none -%}
        {{ as_of_run() }}
    {%- elif run_is_numbered() -%}
        {{ this_run().audit_key }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}


{#
    The number of the run up to which this table has taken in what came before it; rows with a higher `audit_key`
    upstream are news. None where all of it is due: on a first build, on a full refresh, and when the project's rules
    are others than they were.
#}
{% macro known_until() -%}
    {%- if not run_is_numbered() or not is_incremental() or flags.FULL_REFRESH %}
        {{ return(none) }}
    {%- endif %}
    {#- asked before the first write: what a hook takes away may be what the newest run wrote -#}
    {%- set name = 'known until, ' ~ this %}
    {%- if name not in remembered() %}
        {%- do remembered().update({name: last_run_by_these_rules(this)}) %}
    {%- endif %}
    {{ return(remembered()[name]) }}
{%- endmacro %}

{# The newest run that wrote to a table; none where its rules were others, or it is not of this warehouse's log. #}
{% macro last_run_by_these_rules(relation) -%}
    {%- set newest = newest_runs().get(relation | string) %}
    {{ return(newest if newest in runs_by_these_rules() else none) }}
{%- endmacro %}

{#
    The newest run that wrote to each incremental table which this run is to build, by its name, as it was before any of them was
    built: one query for all. What an earlier release built whole bears no number.
#}
{% macro newest_runs() -%}
    {%- if 'newest runs' not in remembered() %}
        {%- set queries, newest = [], {} %}
        {%- for unique_id in selected_resources if unique_id in graph.nodes %}
            {%- set node = graph.nodes[unique_id] %}
            {%- if node.resource_type == 'model' and node.config.materialized == 'incremental' %}
                {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
                {%- if relation is not none and (node.fqn[1] != 'intermediate' or has_audit_key(relation)) %}
                    {%- do queries.append("select '" ~ relation ~ "' as table_name, max(audit_key) as audit_key from " ~ relation) %}
                {%- endif %}
            {%- endif %}
        {%- endfor %}
        {%- for table_name, audit_key in (run_query(queries | join(' union all ')).rows if queries else []) %}
            {%- do newest.update({table_name: audit_key}) %}
        {%- endfor %}
        {%- do remembered().update({'newest runs': newest}) %}
    {%- endif %}
    {{ return(remembered()['newest runs']) }}
{%- endmacro %}

{% macro has_audit_key(relation) -%}
    {{ return('audit_key' in adapter.get_columns_in_relation(relation) | map(attribute='name')) }}
{%- endmacro %}

{% macro runs_by_these_rules() -%}
    {%- if 'runs by these rules' not in remembered() %}
        {%- set found = run_query(
            "select audit_key from " ~ runs_relation() ~ " where rules_fingerprint = '" ~ this_run().rules_fingerprint ~ "'"
        ) %}
        {%- do remembered().update({'runs by these rules': found.columns[0].values() | list}) %}
    {%- endif %}
    {{ return(remembered()['runs by these rules']) }}
{%- endmacro %}
