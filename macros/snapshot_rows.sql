{#
    What a snapshot takes in. dbt's own macro hashes and joins all members on every run; here it is handed those that are
    due, which one join tells from the others.
#}
{% macro snapshot_rows(valid) -%}
    select {{ column_names(valid) | join(', ') if execute else '*' }}
    from {{ due_table() if snapshot_stands() else valid }}
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
        {%- do remembered().update({'members of ' ~ this: 'found'}) %}
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
    dbt's own, but where no member is due. The hooks find them; what they have found, they do not look for when dbt runs them
    once more.
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
    {%- endif %}
    {{ return(dbt.materialization_snapshot_default()) }}
{% endmaterialization %}

{# Overrides dbt's: it compares the valid rows that are due with the versions that they are due for. #}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, due_table('known')) }}
{%- endmacro %}
