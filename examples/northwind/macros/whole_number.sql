{# A key that is text as a whole number: the first 15 hex digits of its md5, the same for ever and on every engine. Null stays null. #}
{% macro whole_number(key) -%}
    {{ return(adapter.dispatch('whole_number')("substr(md5(" ~ key ~ "), 1, 15)")) }}
{%- endmacro %}

{% macro duckdb__whole_number(hex) -%} cast('0x' || {{ hex }} as bigint) {%- endmacro %}
{% macro postgres__whole_number(hex) -%} cast(cast('x0' || {{ hex }} as bit(64)) as bigint) {%- endmacro %}
{% macro mysql__whole_number(hex) -%} cast(conv({{ hex }}, 16, 10) as signed) {%- endmacro %}
