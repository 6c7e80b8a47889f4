{#
    The last CTEs of an incremental model, from `rows`, which holds all that the table is to hold, or all of it for some
    keys (`due` is the condition that picks these from what is stored, or `written` a CTE that has them). Out come the rows of
    each key for which anything differs from what is stored, with this run's number. The model deletes and inserts by the key.
    Where the model has a column that the table lacks, every row differs. Where a key has one row (`one_per_key`), those that
    appeared tell all.
#}
{% macro rows_to_write(rows, key, due=none, written=none, one_per_key=false) -%}
    {%- set some_stand = is_incremental() and not new_columns() %}
    {%- if some_stand %}
    {%- set columns = column_names(this) | reject('equalto', 'audit_key') | join(', ') -%}
    written as (

        select {{ columns }}
        from {{ written or this }}
        {%- if due %}
        where {{ due }}
        {%- endif %}

    ),

    {% if one_per_key -%}
    {{ appeared(rows, 'written', columns) }}
    {%- else -%}
    {{ appeared_and_gone(rows, 'written', columns) }}
    {%- endif %}

    differing as (

        select {{ key }} as differing_key from appeared
        {%- if not one_per_key %}
        union
        select {{ key }} as differing_key from gone
        {%- endif %}

    ),

    {% endif -%}
    final as (

        select
            {{ rows }}.*,
            {{ audit_key() }} as audit_key
        from {{ rows }}
        {%- if some_stand %}
        inner join differing on {{ rows }}.{{ key }} = differing.differing_key
        {%- endif %}

    )
{%- endmacro %}


{# The columns of this model, by its YAML, that its table has not yet. #}
{% macro new_columns() -%}
    {{ return(model.columns.keys() | reject('in', column_names(this)) | list) }}
{%- endmacro %}


{# Two CTEs: the rows of `now` that `before` has not, and those of `before` that `now` has not, by these columns. #}
{% macro appeared_and_gone(now, before, columns) -%}
    {{ appeared(now, before, columns) }}

    gone as (

        select {{ columns }} from {{ before }}
        except
        select {{ columns }} from {{ now }}

    ),
{%- endmacro %}

{# The first of them. #}
{% macro appeared(now, before, columns) -%}
    appeared as (

        select {{ columns }} from {{ now }}
        except
        select {{ columns }} from {{ before }}

    ),
{%- endmacro %}


{#
    For an incremental model's pre-hook: deletes the rows that stand for a source row which is gone or broken now. dbt's
    incremental strategies replace and add; none of them takes away what the source no longer has.
#}
{% macro delete_rows_gone_from(history, key) -%}
    {%- set since = known_until() %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ has_no_row_in(history, this ~ '.' ~ key) if since is none else adapter.dispatch('is_gone_since')(history, key, since) }}
    {%- endif -%}
{%- endmacro %}

{% macro has_no_row_in(history, key) -%}
    not exists (
            select 1
            from {{ history }} as present
            where
                present.row_key = {{ key }}
                and present.known_to = {{ still_known() }}
                and present.broken_rule is null
        )
{%- endmacro %}

{# Of the keys that changed since a run, those without a valid row. #}
{% macro default__is_gone_since(history, key, since) -%}
    {%- set changed = 'select changed.row_key from ' ~ history ~ ' as changed where changed.audit_key > ' ~ since %}
    {{- key }} in (
            {{ changed }}
            except
            select present.row_key
            from {{ history }} as present
            where
                present.known_to = {{ still_known() }}
                and present.broken_rule is null
                and present.row_key in ({{ changed }})
        )
{%- endmacro %}

{# MySQL and MariaDB would make that list anew for every row. #}
{% macro mysql__is_gone_since(history, key, since) -%}
    {{ has_no_row_in(history, this ~ '.' ~ key) }}
        and {{ key }} in (select changed.row_key from {{ history }} as changed where changed.audit_key > {{ since }})
{%- endmacro %}


{#
    For an incremental dimension's post-hook: deletes the inferred members to which nothing refers any more. Where there are
    none, as on most days, what could refer to them is not read.
#}
{% macro delete_inferred_members(natural_key, referring) -%}
    {%- if is_incremental() and run_query('select 1 from ' ~ this ~ ' where is_inferred limit 1').rows -%}
        delete from {{ this }}
        where
            is_inferred
            {%- for relation in referring %}
            and not exists (
                select 1 from {{ relation }} as referring
                where referring.{{ natural_key }} = {{ this }}.{{ natural_key }}
            )
            {%- endfor %}
    {%- endif -%}
{%- endmacro %}


{#
    For an incremental dimension's pre-hook, where a member's durable key can go: deletes the members whose key is not among
    those of `known` any more. Default members stay.
#}
{% macro delete_members_gone_from(known, durable_key) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            {{ durable_key }} > 0
            and {{ durable_key }} not in (select known.{{ durable_key }} from {{ known }} as known)
    {%- endif -%}
{%- endmacro %}
