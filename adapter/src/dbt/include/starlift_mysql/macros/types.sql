{# Type names as CAST wants them; a contract's `data_type` goes through adapter.ddl_type instead. #}

{% macro starlift_mysql__type_string() %}{{ return('char') }}{% endmacro %}
{% macro starlift_mysql__type_int() %}{{ return('signed') }}{% endmacro %}
{% macro starlift_mysql__type_bigint() %}{{ return('signed') }}{% endmacro %}
{% macro starlift_mysql__type_boolean() %}{{ return('signed') }}{% endmacro %}
{% macro starlift_mysql__type_numeric() %}{{ return('decimal(28,6)') }}{% endmacro %}
{% macro starlift_mysql__type_float() %}{{ return('double') }}{% endmacro %}
{% macro starlift_mysql__type_timestamp() %}{{ return('datetime(6)') }}{% endmacro %}

{% macro starlift_mysql__cast(field, type) -%}
    cast({{ field }} as {{ adapter.cast_type(type) }})
{%- endmacro %}

{# Fixtures of unit tests come through here: a text longer than its column must fail the test, not be cut to fit. #}
{% macro starlift_mysql__safe_cast(field, type) -%}
    cast({{ field }} as {{ adapter.cast_type(type, keep_length=false) }})
{%- endmacro %}

{% macro starlift_mysql__cast_bool_to_text(field) -%}
    case when {{ field }} then 'true' when not {{ field }} then 'false' end
{%- endmacro %}

{% macro starlift_mysql__hash(field) -%}
    md5(cast({{ field }} as char))
{%- endmacro %}
