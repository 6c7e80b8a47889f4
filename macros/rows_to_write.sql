{#
    The last CTEs of an incremental model, from `rows`, which holds all that the table is to hold, or all of it for some
    keys (`due` is the condition that picks these from what is stored). Out come the rows of each key for which anything
    differs from what is stored, with this run's number. The model deletes and inserts by the key.
#}
{% macro rows_to_write(rows, key, due=none) -%}
    {%- if is_incremental() %}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | reject('equalto', 'audit_key') | join(', ') -%}
    stored as (

        select {{ columns }}
        from {{ this }}
        {%- if due %}
        where {{ due }}
        {%- endif %}

    ),

    appeared as (

        select {{ columns }} from {{ rows }}
        except
        select {{ columns }} from stored

    ),

    gone as (

        select {{ columns }} from stored
        except
        select {{ columns }} from {{ rows }}

    ),

    differing as (

        select {{ key }} as differing_key from appeared
        union
        select {{ key }} as differing_key from gone

    ),

    {% endif -%}
    final as (

        select
            {{ rows }}.*,
            {{ audit_key() }} as audit_key
        from {{ rows }}
        {%- if is_incremental() %}
        inner join differing on {{ rows }}.{{ key }} = differing.differing_key
        {%- endif %}

    )
{%- endmacro %}


{#
    For an incremental model's pre-hook: deletes the rows whose key is no longer in `relation`. dbt's incremental
    strategies replace and add; none of them takes away what the source no longer has. `history` has the keys that may
    be gone; without it `among` says which rows may.
#}
{% macro delete_rows_gone_from(relation, key, history=none, among=none) -%}
    {%- set since = known_until() if history else none %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            {%- if since is not none %}
            {{ key }} in (
                select changed.row_key
                from {{ history }} as changed
                left join {{ relation }} as present on changed.row_key = present.{{ key }}
                where
                    changed.audit_key > {{ since }}
                    and present.{{ key }} is null
            )
            {%- else %}
            not exists (
                select 1 from {{ relation }} as present
                where present.{{ key }} = {{ this }}.{{ key }}
            )
            {%- endif %}
            {%- if among %}
            and {{ among }}
            {%- endif %}
    {%- endif -%}
{%- endmacro %}
