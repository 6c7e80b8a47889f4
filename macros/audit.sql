{#
    What is written down of every run, in `<target schema>_audit`: `runs`, `run_batches` (macros/runs.sql) and
    `run_results`, one row per node. Commands that build add their row to `runs` at their start and complete it at their
    end, so that a killed one shows; `dbt seed` and `dbt test` add theirs at their end.
#}
{% macro end_run(results) -%}
    {%- if run_is_numbered() or run_is_noted() %}
        {%- if not run_is_numbered() %}
            {%- do run_query(insert_run()) %}
        {%- endif %}
        {%- set run = run_query("select audit_key from " ~ audit_table('runs') ~ " where invocation_id = '" ~ invocation_id ~ "'") %}
        {#- it has none where its start was refused -#}
        {%- if run.rows %}
            {%- if results %}
                {%- do run_query(insert_results(run.rows[0][0], results)) %}
            {%- endif %}
            {{ finish_run(run.rows[0][0], results) }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}


{# The commands that are written down at their end, without a part in history. Who may only read can test, too. #}
{% macro run_is_noted() -%}
    {%- if not execute or as_of() is not none %}
        {{ return(false) }}
    {%- elif flags.WHICH == 'seed' %}
        {%- do create_audit_tables() %}
        {{ return(true) }}
    {%- endif %}
    {{ return(flags.WHICH == 'test' and run_query(adapter.dispatch('may_insert')(audit_table('run_results'))).rows[0][0] > 0) }}
{%- endmacro %}

{% macro default__may_insert(relation) -%}
    select count(*)
    from duckdb_tables() as found
    inner join duckdb_databases() as databases on found.database_oid = databases.database_oid
    where
        found.database_name = current_database()
        and found.schema_name = '{{ relation.schema }}'
        and found.table_name = '{{ relation.identifier }}'
        and not databases.readonly
{%- endmacro %}

{% macro postgres__may_insert(relation) -%}
    select count(*)
    from pg_catalog.pg_class
    where
        oid = to_regclass('{{ relation }}')
        and has_table_privilege(oid, 'insert')
        and current_setting('transaction_read_only') = 'off'
{%- endmacro %}

{% macro mysql__may_insert(relation) -%}
    {%- set privileges -%}
        privilege_type = 'INSERT' and grantee = concat('''', replace(current_user(), '@', '''@'''), '''')
    {%- endset %}
    select count(*)
    from information_schema.tables as found
    where
        found.table_schema = '{{ relation.schema }}'
        and found.table_name = '{{ relation.identifier }}'
        and @@global.read_only = 0
        and (
            exists (select 1 from information_schema.user_privileges where {{ privileges }})
            or exists (
                select 1 from information_schema.schema_privileges
                where {{ privileges }} and found.table_schema like table_schema
            )
        )
{%- endmacro %}


{% macro audit_table(name) -%}
    {{ return(api.Relation.create(schema=target.schema ~ '_audit', identifier=name)) }}
{%- endmacro %}

{# The tables' columns; what a table of an earlier release has not is added to it. #}
{% macro audit_columns() -%}
    {%- set timestamp = api.Column.translate_type('timestamp') %}
    {{ return({
        'runs': {
            'audit_key': 'integer not null primary key',
            'invocation_id': 'varchar(36) not null unique',
            'rules_fingerprint': 'varchar(32) not null',
            'started_at': timestamp ~ ' not null',
            'ended_at': timestamp,
            'status': 'varchar(20)',
            'command': 'varchar(20)',
            'target_name': 'varchar(100)',
            'adapter_type': 'varchar(50)',
            'dbt_version': 'varchar(30)',
            'git_commit': 'varchar(60)',
            'nodes_built': 'integer',
            'nodes_failed': 'integer',
            'nodes_skipped': 'integer',
            'tests_passed': 'integer',
            'tests_warned': 'integer',
            'tests_failed': 'integer',
        },
        'run_batches': {
            'audit_key': 'integer not null',
            'source_name': 'varchar(100) not null',
            'load_id': 'integer',
            'extracted_at': timestamp ~ ' not null',
            'primary key': '(audit_key, source_name)',
        },
        'run_results': {
            'audit_key': 'integer not null',
            'unique_id': 'varchar(400) not null',
            'resource_type': 'varchar(20) not null',
            'node_name': 'varchar(250) not null',
            'status': 'varchar(20) not null',
            'started_at': timestamp,
            'completed_at': timestamp,
            'execution_seconds': 'decimal(12, 3) not null',
            'rows_in': 'bigint',
            'rows_written': 'bigint',
            'rows_out': 'bigint',
            'rows_are_exact': 'boolean',
            'test_failures': 'bigint',
            'message': 'varchar(1000)',
            'primary key': '(audit_key, unique_id)',
        },
        'views_made': {
            'view_name': 'varchar(400) not null',
            'made_of': 'varchar(32) not null',
            'audit_key': 'integer not null',
        },
        'counted': {
            'table_name': 'varchar(400) not null',
            'audit_key': 'integer not null',
        },
        'taken_in': {
            'table_name': 'varchar(400) not null',
            'audit_key': 'integer not null',
            'row_count': 'bigint not null',
        },
    }) }}
{%- endmacro %}

{% macro create_audit_tables() -%}
    {%- do adapter.create_schema(api.Relation.create(database=target.database, schema=audit_table('runs').schema)) %}
    {%- for name, columns in audit_columns().items() %}
        {%- set table = audit_table(name) %}
        {%- set definitions = [] %}
        {%- for column, definition in columns.items() %}
            {%- do definitions.append(column ~ ' ' ~ definition) %}
        {%- endfor %}
        {%- do run_query('create table if not exists ' ~ table ~ ' (' ~ definitions | join(', ') ~ ')') %}
        {%- set known %}
            select lower(column_name) as known_column
            from information_schema.columns
            where table_schema = '{{ table.schema }}' and table_name = '{{ table.identifier }}'
        {%- endset %}
        {%- set known_columns = run_query(known).columns[0].values() | list + ['primary key'] %}
        {%- for column, definition in columns.items() if column not in known_columns %}
            {%- do run_query('alter table ' ~ table ~ ' add column ' ~ column ~ ' ' ~ definition) %}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}


{#
    The statement that adds this run to the log, under the next number: `running`, from now on or, for a command that is
    written down at its end, since dbt started.
#}
{% macro insert_run(started_at=none) -%}
    {%- set runs = audit_table('runs') -%}
    {{ adapter.dispatch('take_turns')(runs) }}
    insert into {{ runs }} (
        audit_key, invocation_id, rules_fingerprint, started_at, status, command,
        target_name, adapter_type, dbt_version, git_commit
    )
    select
        coalesce(max(audit_key), 0) + 1,
        '{{ invocation_id }}',
        '{{ rules_fingerprint() }}',
        {{ started_at or audit_literal(run_started_at.replace(tzinfo=none)) }},
        'running',
        '{{ flags.WHICH }}',
        {{ audit_literal(target.name, 100) }},
        '{{ target.type }}',
        '{{ dbt_version }}',
        {{ audit_literal(dbt_metadata_envs.get('STARLIFT_GIT_COMMIT'), 60) }}
    from {{ runs }}
{%- endmacro %}

{# A test beside a build: no two take the same number. Other engines see to that by themselves. #}
{% macro default__take_turns(runs) -%} {%- endmacro %}

{% macro postgres__take_turns(runs) -%}
    lock table {{ runs }} in share row exclusive mode;
{%- endmacro %}


{# A value as a literal, text cut to a length; no time zone, so that a timestamp stays UTC. #}
{% macro audit_literal(value, length=none) -%}
    {%- if value is none or value is undefined -%}
        null
    {%- elif value is number -%}
        {{ value }}
    {%- else -%}
        '{{ (value | string | replace('\x00', ''))[:length] | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}


{# One statement for all nodes. #}
{% macro insert_results(run, results) -%}
    {%- set columns = audit_columns()['run_results'].keys() | reject('equalto', 'primary key') | list %}
    {%- set counts = rows_of_results(run, results) %}
    insert into {{ audit_table('run_results') }} ({{ columns | join(', ') }})
    values
    {%- for result in results %}
    {%- set node = result.node %}
    {%- set timing = result.timing | selectattr('completed_at') | list %}
    {%- set rows = counts.get(node.unique_id, {}) %}
    {%- set fine = result.status in ('success', 'pass', 'skipped', 'no-op') %}
    {%- set found = result.failures if node.resource_type in ('test', 'unit_test') else none %}
    (
        {{ run }},
        '{{ node.unique_id | replace("'", "''") }}',
        '{{ node.resource_type }}',
        '{{ node.name | replace("'", "''") }}',
        '{{ result.status }}',
        {{ "'" ~ timing[0].started_at ~ "'" if timing else 'null' }},
        {{ "'" ~ timing[-1].completed_at ~ "'" if timing else 'null' }},
        {{ result.execution_time | round(3) }},
        {{ or_null(rows.get('in')) }},
        {{ or_null(rows.get('written')) }},
        {{ or_null(rows.get('out')) }},
        {{ or_null(rows.get('exact')) }},
        {{ or_null(found) }},
        {{ 'null' if fine else audit_literal(result.message, 1000) }}
    ){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{% macro or_null(value) -%}
    {{ return('null' if value is none or value is undefined else value) }}
{%- endmacro %}


{% macro finish_run(run, results) -%}
    {%- set tests = results | selectattr('node.resource_type', 'in', ['test', 'unit_test']) | map(attribute='status') | map('string') | list %}
    {%- set nodes = results | rejectattr('node.resource_type', 'in', ['test', 'unit_test', 'exposure']) | map(attribute='status') | map('string') | list %}
    {%- set failed_nodes = nodes | select('in', ['error', 'partial success', 'runtime error']) | list %}
    {%- set failed_tests = tests | select('in', ['fail', 'error', 'runtime error']) | list %}
    update {{ audit_table('runs') }}
    set
        ended_at = {{ utc_now() }},
        {#- without results something kept it from running any node -#}
        status = '{{ 'failed' if failed_nodes or failed_tests or not results else 'success' }}',
        nodes_built = {{ nodes | select('equalto', 'success') | list | length }},
        nodes_failed = {{ failed_nodes | length }},
        nodes_skipped = {{ nodes | select('equalto', 'skipped') | list | length }},
        tests_passed = {{ tests | select('equalto', 'pass') | list | length }},
        tests_warned = {{ tests | select('equalto', 'warn') | list | length }},
        tests_failed = {{ failed_tests | length }}
    where audit_key = {{ run }}
{%- endmacro %}


{#
    Rows in, written and out of each node that stores a table and came out well, by unique_id; and whether in and out are
    counted or, as on servers for large tables, taken from the engine's statistics.

    out: the rows that it holds now. written: those that this run wrote. in: the rows of all tables that it reads, itself
    or through views, as they are now.
#}
{% macro rows_of_results(run, results) -%}
    {%- set stored = [] %}
    {%- for result in results if result.status | string == 'success' and result.node.config.materialized not in ('view', 'ephemeral') %}
        {%- do stored.append(result.node.unique_id) %}
    {%- endfor %}
    {%- set parents = {} %}
    {%- set counted = stored | list %}
    {%- for unique_id in stored %}
        {%- do parents.update({unique_id: tables_read_by(graph.nodes[unique_id])}) %}
        {%- do counted.extend(parents[unique_id]) %}
    {%- endfor %}
    {%- set sizes = table_sizes(counted) %}
    {%- set written = adapter.dispatch('rows_written')(run, results | selectattr('node.unique_id', 'in', stored) | list, sizes) %}
    {%- set rows = {} %}
    {%- for result in results if result.node.unique_id in stored %}
        {%- set unique_id = result.node.unique_id %}
        {%- set out = sizes.get(unique_id, {}) %}
        {%- set read = [] %}
        {%- for parent in parents[unique_id] %}
            {%- do read.append(sizes.get(parent, {})) %}
        {%- endfor %}
        {%- set known = read | map(attribute='rows') | reject('undefined') | list | length == read | length %}
        {%- do rows.update({unique_id: {
            'in': read | map(attribute='rows') | sum if read and known else none,
            'written': written.get(unique_id),
            'out': out.get('rows'),
            'exact': ([out] + read) | rejectattr('exact') | list | length == 0,
        }}) %}
    {%- endfor %}
    {{ return(rows) }}
{%- endmacro %}


{# The unique_ids of the tables that a node reads, seeing through views; the log of loads is no data. #}
{% macro tables_read_by(node) -%}
    {%- set tables = [] %}
    {%- for parent_id in node.depends_on.nodes %}
        {%- if parent_id in graph.sources %}
            {%- do tables.append(parent_id) if graph.sources[parent_id].name != 'loads' %}
        {%- elif graph.nodes[parent_id].config.materialized in ('view', 'ephemeral') %}
            {%- do tables.extend(tables_read_by(graph.nodes[parent_id])) %}
        {%- else %}
            {%- do tables.append(parent_id) %}
        {%- endif %}
    {%- endfor %}
    {{ return(tables | unique | list) }}
{%- endmacro %}


{#
    The rows of these nodes' tables, by unique_id: counted where that is quick, else what the engine's statistics say. Two
    queries for all of them.
#}
{% macro table_sizes(unique_ids) -%}
    {%- set wanted, schemas = {}, [] %}
    {%- for unique_id in unique_ids | unique %}
        {%- set relation = stored_relation(unique_id) %}
        {%- do wanted.update({relation.schema ~ '.' ~ relation.identifier: unique_id}) %}
        {%- do schemas.append("'" ~ relation.schema ~ "'") %}
    {%- endfor %}
    {%- set sizes, countable = {}, [] %}
    {%- if wanted %}
        {%- for schema, table, estimate in run_query(adapter.dispatch('estimated_rows')(schemas | unique | join(', '))).rows %}
            {%- set unique_id = wanted.get(schema ~ '.' ~ table) %}
            {%- if unique_id and estimate is not none and 0 <= estimate <= adapter.dispatch('countable_rows')() | int %}
                {%- do countable.append(unique_id) %}
            {%- elif unique_id and estimate is not none and estimate >= 0 %}
                {%- do sizes.update({unique_id: {'rows': estimate | int, 'exact': false}}) %}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
    {%- for unique_id, row_count in count_rows(countable).items() %}
        {%- do sizes.update({unique_id: {'rows': row_count, 'exact': true}}) %}
    {%- endfor %}
    {{ return(sizes) }}
{%- endmacro %}


{# The rows of these nodes' tables that meet a condition, by unique_id; one query. #}
{% macro count_rows(unique_ids, condition='true') -%}
    {%- set queries, counts = [], {} %}
    {%- for unique_id in unique_ids %}
        {%- do queries.append(
            "select " ~ loop.index0 ~ " as position, count(*) as row_count from " ~ stored_relation(unique_id) ~ " where " ~ condition
        ) %}
    {%- endfor %}
    {%- if queries %}
        {%- for position, row_count in run_query(queries | join(' union all ')).rows %}
            {%- do counts.update({unique_ids[position | int]: row_count | int}) %}
        {%- endfor %}
    {%- endif %}
    {{ return(counts) }}
{%- endmacro %}

{% macro stored_relation(unique_id) -%}
    {%- set node = graph.nodes.get(unique_id) or graph.sources[unique_id] %}
    {{ return(api.Relation.create(node.database, node.schema, node.alias or node.identifier)) }}
{%- endmacro %}


{# All tables of some schemas, with about how many rows they have: schema, table, rows or null. #}
{% macro default__estimated_rows(schemas) -%}
    select schema_name, table_name, estimated_size
    from duckdb_tables()
    where database_name = current_database() and schema_name in ({{ schemas }})
{%- endmacro %}

{% macro postgres__estimated_rows(schemas) -%}
    select schemas.nspname, tables.relname, tables.reltuples::bigint
    from pg_catalog.pg_class as tables
    inner join pg_catalog.pg_namespace as schemas on tables.relnamespace = schemas.oid
    where tables.relkind in ('r', 'p') and schemas.nspname in ({{ schemas }})
{%- endmacro %}

{% macro mysql__estimated_rows(schemas) -%}
    select table_schema as schema_name, table_name as table_name, table_rows as estimated_rows
    from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema in ({{ schemas }})
{%- endmacro %}

{# Up to how many rows a table is counted: DuckDB knows the number, servers read the table. #}
{% macro default__countable_rows() -%} {{ return(1000000000000) }} {%- endmacro %}
{% macro postgres__countable_rows() -%} {{ return(20000) }} {%- endmacro %}
{% macro mysql__countable_rows() -%} {{ return(20000) }} {%- endmacro %}


{# The rows that this run wrote into each table, by unique_id, as the adapter reports them. #}
{% macro default__rows_written(run, results, sizes) -%}
    {%- set written = {} %}
    {%- for result in results if (result.adapter_response or {}).get('rows_affected', -1) >= 0 %}
        {%- do written.update({result.node.unique_id: result.adapter_response['rows_affected']}) %}
    {%- endfor %}
    {{ return(written) }}
{%- endmacro %}

{# DuckDB's adapter reports none: what bears the run's number, or all of a table that is made anew. #}
{% macro duckdb__rows_written(run, results, sizes) -%}
    {%- set written, bearing = default__rows_written(run, results, sizes), [] %}
    {%- for result in results if result.node.unique_id not in written %}
        {%- set node = result.node %}
        {%- if 'audit_key' in node.columns %}
            {%- do bearing.append(node.unique_id) %}
        {%- elif node.config.materialized == 'table' %}
            {%- do written.update({node.unique_id: sizes.get(node.unique_id, {}).get('rows')}) %}
        {%- endif %}
    {%- endfor %}
    {%- do written.update(count_rows(bearing, 'audit_key = ' ~ run)) %}
    {{ return(written) }}
{%- endmacro %}
