{#
    For an incremental model's post-hook: deletes the rows whose key is no longer in `relation`. dbt's incremental
    strategies replace and add; none of them takes away what the source no longer has.
#}
{% macro delete_rows_gone_from(relation, key) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where not exists (
            select 1 from {{ relation }} as present
            where present.{{ key }} = {{ this }}.{{ key }}
        )
    {%- endif -%}
{%- endmacro %}
