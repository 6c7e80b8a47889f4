{#
    What a snapshot takes in. dbt's own macro hashes and joins all members on every run; here it is handed those that are
    due, which one join tells from the others. Commands that only compile run no hook that finds them: the SQL that they
    show takes in all.
#}
{% macro snapshot_rows(valid) -%}
    select {{ column_names(valid) | join(', ') if execute else '*' }}
    from {{ due_table() if snapshot_stands() and run_is_numbered() else valid }}
{%- endmacro %}

{% macro snapshot_stands() -%}
    {{ return(execute and adapter.get_relation(this.database, this.schema, this.identifier) is not none) }}
{%- endmacro %}


{#
    For a snapshot's pre-hook, two small tables: the valid rows of members that the snapshot does not have, has as deleted, or
    has otherwise; and the newest versions of these members and of those that the source no longer has. A member whose
    record is rejected just now is in neither, so that a rule that was broken for a day is no change in its history.

    Of many members all are compared only where it must be: `history` is a history of the source's rows, `known` the valid rows
    by it, and where this run has brought it up to date, only what it has seen since the snapshot took in its rows is.
#}
{% macro find_due_members(valid, staged, history=none, known=none) -%}
    {%- if snapshot_stands() and not remembered().get('members of ' ~ this) -%}
        {%- do remembered().update({
            'members of ' ~ this: 'found',
            'columns are those of ' ~ this: has_columns_of(this, valid),
        }) %}
        {%- set key = config.require('unique_key') %}
        {%- set checked = config.require('check_cols') %}
        {%- set since = taken_in_until() if history and is_built_by_this_run(history) else none %}
        {%- set news %}
            select news.row_key
            from {{ history }} as news
            where news.audit_key > {{ since }}
        {%- endset %}
        {%- set due %}
        select valid.*
        from {{ valid if since is none else known }} as valid
        left join {{ this }} as known
            on
                valid.{{ key }} = known.{{ key }}
                and known.dbt_valid_to = {{ end_of_time() }}
        where
            {%- if since is not none %}
            valid.{{ key }} in ({{ news }}) and (
            {%- endif %}
            known.{{ key }} is null
            or known.dbt_is_deleted = 'True'
            {%- for column in checked %}
            {#- dbt takes in all members when a column is new to the snapshot -#}
            {%- set differ = differ('valid.' ~ column, 'known.' ~ column) if column in column_names(this) else 'true' %}
            or {{ differ }}
            {%- endfor %}
            {{- ')' if since is not none }}
        {%- endset %}
        {%- set newest %}
        select known.*
        from {{ this }} as known
        where
            known.dbt_valid_to = {{ end_of_time() }}
            and known.{{ key }} in (select due.{{ key }} from {{ due_table() }} as due)
        union all
        select known.*
        from {{ this }} as known
        where
            known.dbt_valid_to = {{ end_of_time() }}
            and known.dbt_is_deleted = 'False'
            {%- if since is none %}
            and not exists (select 1 from {{ staged }} as staged where staged.{{ key }} = known.{{ key }})
            {%- else %}
            and known.{{ key }} in ({{ news }})
            and not exists (
                select 1 from {{ history }} as staged
                where
                    staged.row_key = known.{{ key }}
                    and staged.known_to = {{ still_known() }}
            )
            {%- endif %}
        {%- endset %}
        {{ adapter.dispatch('create_due_table')(due_table(), due) }};
        {{ adapter.dispatch('create_due_table')(due_table('known'), newest) }}
    {%- endif -%}
{%- endmacro %}

{#
    The run whose history this snapshot has taken in wholly, by the same rules; none where that is not known, where the
    snapshot has other rows than it had then, and on a full refresh, which looks at all.
#}
{% macro taken_in_until() -%}
    {%- if not run_is_numbered() or flags.FULL_REFRESH or is_dbt_v2() %}
        {{ return(none) }}
    {%- endif %}
    {%- set found %}
        select taken_in.audit_key
        from {{ audit_table('taken_in') }} as taken_in
        where
            taken_in.table_name = '{{ this.schema }}.{{ this.identifier }}'
            and taken_in.row_count = (select count(*) from {{ this }})
    {%- endset %}
    {%- set rows = run_query(found).rows %}
    {{ return(rows[0][0] if rows and rows[0][0] in runs_by_these_rules() else none) }}
{%- endmacro %}

{#
    For such a snapshot's post-hook. One that was built without its history may know more than that does, and what then goes
    back to what it was is no news to the history: nothing is noted, and all members are compared the next time.
#}
{% macro note_as_taken_in(history) -%}
    {%- if run_is_numbered() -%}
        {%- set name = this.schema ~ '.' ~ this.identifier %}
    delete from {{ audit_table('taken_in') }} where table_name = '{{ name }}'
        {%- if is_built_by_this_run(history) %};
    insert into {{ audit_table('taken_in') }} (table_name, audit_key, row_count)
    select
        '{{ name }}',
        {{ audit_key() }},
        count(*)
    from {{ this }}
        {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# Whether this run builds a model, given by its relation; what reads it comes after. #}
{% macro is_built_by_this_run(relation) -%}
    {%- for unique_id in model.depends_on.nodes if unique_id in selected_resources and unique_id in graph.nodes %}
        {%- if graph.nodes[unique_id].alias == relation.identifier %}
            {{ return(true) }}
        {%- endif %}
    {%- endfor %}
    {{ return(false) }}
{%- endmacro %}

{# Whether two values differ, where two nulls are the same. Dispatched. #}
{% macro differ(one, other) -%} {{ adapter.dispatch('differ')(one, other) }} {%- endmacro %}

{% macro default__differ(one, other) -%} {{ one }} is distinct from {{ other }} {%- endmacro %}

{# MySQL's own operator. #}
{% macro mysql__differ(one, other) -%} not {{ one }} <=> {{ other }} {%- endmacro %}


{#
    dbt's own, but where no member is due, and where the snapshot has the columns that it would be given: then dbt asks for them
    a dozen times, which takes longer than the members do. The hooks find what is due; what they have found, they do not look
    for when dbt runs them once more.
#}
{% materialization snapshot, default %}
    {%- if snapshot_stands() %}
        {{ run_hooks(pre_hooks, inside_transaction=True) }}
        {%- set due %}
        select 1 from {{ due_table() }}
        union all
        select 1 from {{ due_table('known') }}
        limit 1
        {%- endset %}
        {%- if not run_query(due).rows %}
            {%- do adapter.commit() %}
            {%- if is_dbt_v2() %}
                {%- do run_query(drop_due_table('known')) %}
            {%- endif %}
            {{ return(leave_as_it_is('table')) }}
        {%- endif %}
        {%- if snapshot_has_its_columns() %}
            {{ return(take_in_due_members()) }}
        {%- endif %}
    {%- endif %}
    {{ return(dbt.materialization_snapshot_default()) }}
{% endmaterialization %}

{# Dispatched: MySQL and MariaDB cannot make a table within a transaction. #}
{% macro snapshot_has_its_columns() -%}
    {{ return(adapter.dispatch('snapshot_has_its_columns')()) }}
{%- endmacro %}

{% macro default__snapshot_has_its_columns() -%}
    {{ return(not is_dbt_v2() and remembered().get('columns are those of ' ~ this, false)) }}
{%- endmacro %}

{% macro mysql__snapshot_has_its_columns() -%} {{ return(false) }} {%- endmacro %}

{# Whether a snapshot has the columns of the rows that it takes in, of the same types, beside dbt's own. #}
{% macro has_columns_of(snapshot, valid) -%}
    {%- set own = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to', 'dbt_is_deleted'] %}
    {%- set there, given = {}, {} %}
    {%- for column in columns_of(snapshot) if column.name not in own %}
        {%- do there.update({column.name: column.data_type}) %}
    {%- endfor %}
    {%- for column in columns_of(valid) %}
        {%- do given.update({column.name: column.data_type}) %}
    {%- endfor %}
    {{ return(there == given and columns_of(snapshot) | length == given | length + own | length) }}
{%- endmacro %}

{# What dbt does, by its own macros. #}
{% macro take_in_due_members() -%}
    {%- set strategy = strategy_dispatch(config.get('strategy'))(model, 'snapshotted_data', 'source_data', model.config, true) %}
    {%- set staged = due_table('staged') %}
    {%- call statement('stage') %}
        {{ adapter.dispatch('create_due_table')(staged, snapshot_staging_table(strategy, model.compiled_code, this)) }}
    {%- endcall %}
    {%- set columns = [] %}
    {%- for name in column_names(this) %}
        {%- do columns.append(adapter.quote(name)) %}
    {%- endfor %}
    {%- call statement('main') %}
        {{ snapshot_merge_sql(target=this, source=staged, insert_cols=columns) }}
    {%- endcall %}
    {%- do apply_grants(this, config.get('grants'), should_revoke=should_revoke(true, full_refresh_mode=false)) %}
    {%- do persist_docs(this, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{# Overrides dbt's, which asks the engine which of the columns to compare are new. #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
    {%- if not (target_exists and snapshot_has_its_columns()) %}
        {{ return(dbt.snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config)) }}
    {%- endif %}
    {%- set columns = [] %}
    {%- for name in check_cols_config %}
        {%- do columns.append(adapter.quote(name)) %}
    {%- endfor %}
    {{ return((false, columns)) }}
{%- endmacro %}

{# Overrides dbt's: it compares the valid rows that are due with the versions that they are due for. #}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, due_table('known')) }}
{%- endmacro %}
