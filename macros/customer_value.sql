{#
    How many fifths of all members the member's rank lies behind, counted from 1: the first fifth of a hundred is that of
    the ranks 1 to 20. Compared as whole numbers, since a quotient's last digit is each engine's own.
#}
{% macro fifth_of(rank, member_count) -%}
    case
        {%- for fifth in range(1, 5) %}
            when 5 * ({{ rank }} - 1) < {{ fifth }} * {{ member_count }} then {{ fifth }}
        {%- endfor %}
            else 5
        end
{%- endmacro %}


{# What a customer is called by how lately, how often and for how much it bought, each from 1 (least) to 5. #}
{% macro rfm_segment(recency, frequency, monetary_value) -%}
    case
            when {{ recency }} >= 4 and {{ frequency }} >= 4 and {{ monetary_value }} >= 4 then 'Champion'
            when {{ recency }} >= 3 and {{ frequency }} >= 4 then 'Loyal'
            when {{ recency }} >= 4 and {{ frequency }} <= 2 then 'New'
            when {{ recency }} <= 2 and {{ frequency }} >= 3 then 'At risk'
            when {{ recency }} <= 2 then 'Lost'
            else 'Regular'
        end
{%- endmacro %}
