{#
    What need not be done again where nothing has changed. A build of dbt's asks and remakes much that hangs on the project
    and the source's columns alone: on a day with few changes that takes longer than the rows do.
#}


{# Whether the engine is the one in Rust; what it does otherwise is asked for where it matters. #}
{% macro is_dbt_v2() -%}
    {{ return(dbt_version.startswith('2.')) }}
{%- endmacro %}


{#
    What one run of dbt asks only once. `graph` is one object for all of its nodes, and in one step, as threads share it: two
    that find nothing at one time must not each put a dictionary of their own there.
#}
{% macro remembered() -%}
    {{ return(graph.setdefault('remembered by ' ~ invocation_id, {})) }}
{%- endmacro %}


{#
    A relation's columns, as this run has found or made them. Those of an incremental table with a contract, last written by
    the same rules, are the contract's.
#}
{% macro columns_of(relation) -%}
    {%- set contract = config.get('contract') %}
    {%- if relation | string == this | string and contract and contract.enforced and known_until() is not none %}
        {{ return(model.columns.values() | list) }}
    {%- endif %}
    {%- set name = 'columns of ' ~ relation %}
    {%- if name not in remembered() %}
        {%- do remembered().update({name: adapter.get_columns_in_relation(relation)}) %}
    {%- endif %}
    {{ return(remembered()[name]) }}
{%- endmacro %}

{% macro column_names(relation) -%}
    {{ return(columns_of(relation) | map(attribute='name') | list) }}
{%- endmacro %}


{#
    A view stands as it would be made again where its SQL and its contract, the project's rules and the source's columns are
    those that it was made of; so does a table that is made of reference lists alone. MySQL and MariaDB, which cannot make a
    view and note it as one, make it again.
#}
{% macro made_of() -%}
    {#- not of the run's number, which the rows of a table bear -#}
    {%- set code = modules.re.sub('\\b\\d+ as audit_key\\b', 'as audit_key', model.compiled_code) %}
    {{ return(local_md5(tojson([code, model.contract, config.get('grants'), this_run().rules_fingerprint]))) }}
{%- endmacro %}

{# What each view and table was made of, by its name. #}
{% macro all_made() -%}
    {%- if 'made' not in remembered() %}
        {%- set made = {} %}
        {%- for view_name, fingerprint in run_query('select view_name, made_of from ' ~ audit_table('views_made')).rows %}
            {%- do made.update({view_name: fingerprint}) %}
        {%- endfor %}
        {%- do remembered().update({'made': made}) %}
    {%- endif %}
    {{ return(remembered()['made']) }}
{%- endmacro %}

{# Whether this view or table, if it is there, was last made of what it would be made of now. #}
{% macro is_made_of_the_same() -%}
    {{ return(run_is_numbered() and not flags.FULL_REFRESH and all_made().get(this | string) == made_of()) }}
{%- endmacro %}

{# For a post-hook, in the transaction that makes a view or a table. #}
{% macro note_as_made() -%}
    {%- if run_is_numbered() and model.config.materialized in ('view', 'table') -%}
        {{ adapter.dispatch('note_as_made')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__note_as_made() -%}
    {%- set made = made_of() if model.config.materialized == 'view' or lists_are_loaded() %}
    {%- set noted = all_made().get(this | string) %}
    {%- if noted and noted != made %}
    delete from {{ audit_table('views_made') }} where view_name = '{{ this }}';
    {%- endif %}
    {%- if made and noted != made %}
    insert into {{ audit_table('views_made') }} (view_name, made_of, audit_key)
    values ('{{ this }}', '{{ made }}', {{ audit_key() }})
    {%- endif %}
{%- endmacro %}

{% macro mysql__note_as_made() -%} {%- endmacro %}

{# Whether the reference lists that the model reads hold what the project's files say: this run has loaded them. #}
{% macro lists_are_loaded() -%}
    {%- for parent_id in model.depends_on.nodes if parent_id.startswith('seed.') and parent_id not in selected_resources %}
        {{ return(false) }}
    {%- endfor %}
    {{ return(true) }}
{%- endmacro %}


{# dbt's own, but for one that stands as it would be made. #}
{% materialization view, default %}
    {%- if load_cached_relation(this) is not none and is_made_of_the_same() %}
        {{ return(leave_as_it_is('view')) }}
    {%- endif %}
    {{ return(dbt.materialization_view_default()) }}
{% endmaterialization %}

{% materialization table, adapter='duckdb' %}
    {{ return(leave_as_it_is('table') if table_stands() else dbt.materialization_table_duckdb()) }}
{% endmaterialization %}

{% materialization table, default %}
    {{ return(leave_as_it_is('table') if table_stands() else dbt.materialization_table_default()) }}
{% endmaterialization %}

{# Of a table whose rows come from reference lists, or from tables that stand themselves. #}
{% macro table_stands() -%}
    {%- set standing = remembered().setdefault('standing tables', []) %}
    {%- for parent_id in model.depends_on.nodes if not parent_id.startswith('seed.') and parent_id not in standing %}
        {{ return(false) }}
    {%- endfor %}
    {%- if not lists_are_loaded() or load_cached_relation(this) is none or not is_made_of_the_same() %}
        {{ return(false) }}
    {%- endif %}
    {%- do standing.append(model.unique_id) %}
    {{ return(true) }}
{%- endmacro %}

{% macro leave_as_it_is(type) -%}
    {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', rows_affected=0) %}{%- endcall %}
    {{ return({'relations': [this.incorporate(type=type)]}) }}
{%- endmacro %}


{#
    Overrides dbt's: an incremental table that was last written by the same rules, from a source with the same columns, has
    the columns that its query gives, and keeps its contract. dbt v2 takes one type under two names for a change, so there it
    is asked for columns that the YAML has and the table has not.
#}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) -%}
    {%- if known_until() is not none or (is_dbt_v2() and not new_columns()) %}
        {{ return(columns_of(target_relation)) }}
    {%- endif %}
    {{ return(dbt.process_schema_changes(on_schema_change, source_relation, target_relation)) }}
{%- endmacro %}

{% macro get_assert_columns_equivalent(sql) -%}
    {%- if known_until() is none and not is_made_of_the_same() %}
        {{ return(dbt.get_assert_columns_equivalent(sql)) }}
    {%- endif %}
{%- endmacro %}

{# Overrides dbt's, which asks the engine for the types of the moments that a snapshot's rows begin and end: timestamps. #}
{% macro check_time_data_types(sql) -%} {%- endmacro %}

{# Override dbt-duckdb's, which ask the engine for foreign keys before a table is replaced, whether or not any is declared. #}
{% macro has_foreign_key_constraints(relation=none) -%}
    {{ return(foreign_keys_are_declared() and dbt.has_foreign_key_constraints(relation)) }}
{%- endmacro %}

{% macro may_be_foreign_key_target(relation=none) -%}
    {{ return(foreign_keys_are_declared() and dbt.may_be_foreign_key_target(relation)) }}
{%- endmacro %}

{% macro foreign_keys_are_declared() -%}
    {%- if 'foreign keys' not in remembered() %}
        {%- set declared = [] %}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' %}
            {%- do declared.extend(node.constraints or []) %}
            {%- for column in node.columns.values() %}
                {%- do declared.extend(column.constraints or []) %}
            {%- endfor %}
        {%- endfor %}
        {%- do remembered().update({'foreign keys': 'foreign_key' in declared | map(attribute='type')}) %}
    {%- endif %}
    {{ return(remembered()['foreign keys']) }}
{%- endmacro %}
