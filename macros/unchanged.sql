{#
    What need not be done again where nothing has changed. A build of dbt's asks and remakes much that hangs on the project
    and the source's columns alone: on a day with few changes that takes longer than the rows do.
#}


{# Whether the engine is the one in Rust; what it does otherwise is asked for where it matters. #}
{% macro is_dbt_v2() -%}
    {{ return(dbt_version.startswith('2.')) }}
{%- endmacro %}


{# What one run of dbt asks only once. `graph` is one object for all of its nodes. #}
{% macro remembered() -%}
    {%- if graph.get('remembered', {}).get('invocation_id') != invocation_id %}
        {%- do graph.update({'remembered': {'invocation_id': invocation_id}}) %}
    {%- endif %}
    {{ return(graph['remembered']) }}
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
    those that it was made of. MySQL and MariaDB, which cannot make a view and note it as one, make it again.
#}
{% macro made_of() -%}
    {{ return(local_md5(tojson([model.compiled_code, model.contract, config.get('grants'), this_run().rules_fingerprint]))) }}
{%- endmacro %}

{% macro views_made() -%}
    {%- if 'views made' not in remembered() %}
        {%- set made = {} %}
        {%- for view_name, fingerprint in run_query('select view_name, made_of from ' ~ audit_table('views_made')).rows %}
            {%- do made.update({view_name: fingerprint}) %}
        {%- endfor %}
        {%- do remembered().update({'views made': made}) %}
    {%- endif %}
    {{ return(remembered()['views made']) }}
{%- endmacro %}

{# For a post-hook, in the transaction that makes the view. #}
{% macro note_as_made() -%}
    {%- if run_is_numbered() and model.config.materialized == 'view' -%}
        {{ adapter.dispatch('note_as_made')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__note_as_made() -%}
    {%- if this | string in views_made() %}
    delete from {{ audit_table('views_made') }} where view_name = '{{ this }}';
    {%- endif %}
    insert into {{ audit_table('views_made') }} (view_name, made_of, audit_key)
    values ('{{ this }}', '{{ made_of() }}', {{ audit_key() }})
{%- endmacro %}

{% macro mysql__note_as_made() -%} {%- endmacro %}


{# dbt's own, but for one that stands as it would be made. #}
{% materialization view, default %}
    {%- set stands = load_cached_relation(this) is not none and not flags.FULL_REFRESH %}
    {%- if stands and run_is_numbered() and views_made().get(this | string) == made_of() %}
        {{ return(leave_as_it_is('view')) }}
    {%- endif %}
    {{ return(dbt.materialization_view_default()) }}
{% endmaterialization %}

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
    {%- if known_until() is none %}
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
