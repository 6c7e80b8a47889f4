{#
    When the source's present content was extracted, as a SQL expression: what the log of loads says, and the run's own
    time where there is none (a live operational schema, or a source that is left out).
#}
{% macro extracted_at(source_name) -%}
    {%- if var(source_name ~ '_has_load_log', false) and not is_left_out(source_name) -%}
        {{ extracted_at_by(source(source_name, 'loads')) }}
    {%- else -%}
        {{ utc_now() }}
    {%- endif -%}
{%- endmacro %}

{# When the newest load was extracted. #}
{% macro extracted_at_by(log) -%}
    (
            select newest.extracted_at from {{ log }} as newest
            where newest.load_id = (select max(loads.load_id) from {{ log }} as loads)
        )
{%- endmacro %}


{#
    Overrides dbt's: a snapshot dates a deletion by the extract in which the row was missing, not by the clock of the
    machine that happened to run dbt, so that history has one time axis and a rerun gives the same history.
#}
{% macro snapshot_get_time() -%}
    {{ extracted_at(config.require('meta').source) }}
{%- endmacro %}


{# The present moment in UTC, as a timestamp without a time zone. #}
{% macro utc_now() -%}
    {{ return(adapter.dispatch('utc_now')()) }}
{%- endmacro %}

{% macro default__utc_now() -%}
    cast(current_timestamp at time zone 'UTC' as timestamp)
{%- endmacro %}

{% macro mysql__utc_now() -%}
    utc_timestamp(6)
{%- endmacro %}
