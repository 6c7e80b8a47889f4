{#
    A bigint key from one or more columns: the first 15 hex digits of an md5, so the same number on every engine and
    in Python, and never negative. Null-safe and separator-safe: each part is written with its length in front, null
    as nothing at all, so no two lists of parts read alike. Hash text and whole numbers only.
#}
{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set text = "cast(" ~ column ~ " as " ~ dbt.type_string() ~ ")" -%}
        {%- do parts.append("concat_ws(':', char_length(" ~ text ~ "), " ~ text ~ ")") -%}
    {%- endfor -%}
    {{ hex_to_bigint("substr(md5(concat_ws('|', " ~ parts | join(", ") ~ ")), 1, 15)") }}
{%- endmacro %}


{# Up to 15 hex digits, as text, to the bigint that they write. #}
{% macro hex_to_bigint(hex_text) -%}
    {{ return(adapter.dispatch('hex_to_bigint')(hex_text)) }}
{%- endmacro %}

{% macro default__hex_to_bigint(hex_text) -%}
    cast(cast(concat('x', lpad({{ hex_text }}, 16, '0')) as bit(64)) as bigint)
{%- endmacro %}

{% macro duckdb__hex_to_bigint(hex_text) -%}
    cast(concat('0x', {{ hex_text }}) as bigint)
{%- endmacro %}

{% macro mysql__hex_to_bigint(hex_text) -%}
    cast(conv({{ hex_text }}, 16, 10) as signed)
{%- endmacro %}
