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
#}
{% macro find_due_members(valid, staged) -%}
    {%- if snapshot_stands() and not remembered().get('members of ' ~ this) -%}
        {%- do remembered().update({
            'members of ' ~ this: 'found',
            'columns are those of ' ~ this: has_columns_of(this, valid),
        }) %}
        {%- set key = config.require('unique_key') %}
        {%- set checked = config.require('check_cols') %}
        {%- set due %}
        select valid.*
        from {{ valid }} as valid
        left join {{ this }} as known
            on
                valid.{{ key }} = known.{{ key }}
                and known.dbt_valid_to = {{ end_of_time() }}
        where
            known.{{ key }} is null
            or known.dbt_is_deleted = 'True'
            {%- for column in checked %}
            {#- dbt takes in all members when a column is new to the snapshot -#}
            {%- set differ = differ('valid.' ~ column, 'known.' ~ column) if column in column_names(this) else 'true' %}
            or {{ differ }}
            {%- endfor %}
        {%- endset %}
        {%- set known %}
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
            and not exists (select 1 from {{ staged }} as staged where staged.{{ key }} = known.{{ key }})
        {%- endset %}
        {{ adapter.dispatch('create_due_table')(due_table(), due) }};
        {{ adapter.dispatch('create_due_table')(due_table('known'), known) }}
    {%- endif -%}
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
