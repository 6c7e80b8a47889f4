{#
    How a finished table lies on its engine: indexes, fresh statistics. Columnar engines need neither. Run by the
    post-hooks in dbt_project.yml, for every model and snapshot that is stored.
#}
{% macro add_indexes() -%}
    {%- if model.config.materialized in ('table', 'incremental') and not is_incremental() %}
        {%- for index in adapter.dispatch('indexes_of')(model.name) %}
            {%- do run_query(adapter.dispatch('create_index_sql')(this, index, loop.index)) %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}

{% macro refresh_statistics() -%}
    {%- if model.config.materialized not in ('view', 'ephemeral') -%}
        {{ adapter.dispatch('refresh_statistics_sql')(this) }}
    {%- endif -%}
{%- endmacro %}


{# The indexes of a model, each with `columns` and, where they are not all that it takes, what else is stored in it. #}
{% macro default__indexes_of(model_name) -%}
    {{ return([]) }}
{%- endmacro %}

{% macro postgres__indexes_of(model_name) -%}
    {{ return({
        'fact_encounters': [
            {'columns': 'start_month_key, current_specialty_durable_key, encounter_type_key, patient_month_count'},
            {
                'columns': 'start_month_key, current_specialty_durable_key',
                'include': 'revenue_amount',
                'where': 'claim_count > denied_claim_count',
            },
            {
                'columns': 'current_specialty_durable_key',
                'include': 'readmission_count, inpatient_readmission_count',
                'where': 'index_stay_count = 1',
            },
        ],
    }.get(model_name, [])) }}
{%- endmacro %}


{% macro postgres__create_index_sql(relation, index, number) -%}
    {#- without a name PostgreSQL gives one that is free: the table that is being replaced still has its own -#}
    create index on {{ relation }} ({{ index.columns }})
    {%- if index.include %} include ({{ index.include }}){% endif %}
    {%- if index.where %} where {{ index.where }}{% endif %}
{%- endmacro %}


{% macro default__refresh_statistics_sql(relation) -%} {%- endmacro %}

{# The vacuum also marks pages as visible to all, without which an index alone cannot answer a query. #}
{% macro postgres__refresh_statistics_sql(relation) -%}
    vacuum (analyze) {{ relation }}
{%- endmacro %}

{% macro mysql__refresh_statistics_sql(relation) -%}
    analyze table {{ relation }}
{%- endmacro %}
