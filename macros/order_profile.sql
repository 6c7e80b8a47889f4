{# What an order's profile is made of, each with what it says of an order that has none of it. #}
{% macro order_profile_columns() -%}
    {{ return({'channel': none, 'device': 'Unknown', 'order_status': none, 'promotion_code': 'None'}) }}
{%- endmacro %}

{# One column of the profile, as an order has it. #}
{% macro order_profile_column(column, order='') -%}
    {%- set otherwise = order_profile_columns()[column] -%}
    {{ 'coalesce(' ~ order ~ column ~ ", '" ~ otherwise ~ "')" if otherwise else order ~ column }}
{%- endmacro %}

{# Joins an order to its profile in dim_order_profile. #}
{% macro has_order_profile(orders, order_profiles) -%}
    {%- for column in order_profile_columns() -%}
    {{ order_profile_column(column, orders ~ '.') }} = {{ order_profiles }}.{{ column }}
    {{- '\n            and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
