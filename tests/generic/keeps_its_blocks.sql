{# Fails for each block of keys of a history that is kept otherwise than the history has it; then a change could go unseen. #}
{% test keeps_its_blocks(model) %}

{{ wrong_blocks(model) }}

{% endtest %}
