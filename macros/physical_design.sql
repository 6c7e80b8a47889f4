{#
    How a finished table lies on its engine: indexes, fresh statistics. Columnar engines need neither. Run by the
    post-hooks in dbt_project.yml, for every model and snapshot that is stored.
#}
{% macro add_indexes() -%}
    {%- if execute and model.config.materialized not in ('view', 'ephemeral') %}
        {%- for index in adapter.dispatch('indexes_of')(model.name) %}
            {%- set statement = adapter.dispatch('create_index_sql')(this, index, loop.index) %}
            {%- do run_query(statement) if statement %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}

{#
    The last line of a large table: how its rows are to lie, which the joins and windows before it leave to chance. DuckDB keeps
    for every 122,880 rows the least and the greatest value of each column, so where rows of one time lie together a query of
    a quarter reads a quarter; PostgreSQL finds them by an index, in as many pages as they lie in. MariaDB and MySQL put
    rows in the order of the primary key by themselves.
#}
{% macro in_order_of(columns) -%}
    {{ adapter.dispatch('in_order_of')(columns) }}
{%- endmacro %}

{% macro default__in_order_of(columns) -%} order by {{ columns }} {%- endmacro %}

{% macro mysql__in_order_of(columns) -%} {%- endmacro %}


{#
    For the pre-hooks: where a table stands already and little is due, compiling a query takes longer than running it, and
    reading by an index is quicker than reading all, the more so as much of the table has just been read.
#}
{% macro plan_for_little() -%}
    {%- if is_incremental() or model.resource_type == 'snapshot' -%}
        {{ adapter.dispatch('plan_for_little')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__plan_for_little() -%} {%- endmacro %}

{% macro postgres__plan_for_little() -%}
    set local jit = off;
    set local random_page_cost = 1.1
{%- endmacro %}


{#
    dbt's own, but PostgreSQL's planner knows nothing of a table just made. And where only the open versions of a
    history are found by their key, a query has to say that it means them; the others are never replaced.
#}
{% macro postgres__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- set open_versions = ['known_to = ' ~ still_known()] if model.name in looked_up_by() else [] %}
    analyze {{ source }};
    {{ dbt.default__get_delete_insert_merge_sql(
        target, source, unique_key, dest_columns, (incremental_predicates or []) + open_versions
    ) }}
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

{# The large histories, each with the column by which its rows are looked up beside their key. #}
{% macro looked_up_by() -%}
    {{ return({
        'hist_clinic__patients': 'mrn',
        'hist_clinic__encounters': 'patient_id',
        'hist_clinic__billing': 'encounter_id',
        'hist_clinic__encounter_diagnoses': 'encounter_id',
        'hist_clinic__encounter_procedures': 'encounter_id',
        'hist_pos__sales': 'customer_id',
        'hist_pos__sale_lines': 'sale_id',
        'hist_pos__inventory': 'inventory_date',
        'hist_shop__orders': 'customer_id',
        'hist_shop__order_items': 'order_id',
        'hist_shop__payments': 'order_id',
        'hist_shop__returns': 'order_item_id',
    }) }}
{%- endmacro %}

{% macro postgres__indexes_of(model_name) -%}
    {%- set still_known = 'known_to = ' ~ still_known() %}
    {%- if model_name in looked_up_by() %}
        {#- the last serves the quarantine, which reads the few rows that broke a rule, of all that there ever were -#}
        {{ return([
            {'columns': 'row_key', 'where': still_known},
            {'columns': 'audit_key'},
            {'columns': looked_up_by()[model_name], 'where': still_known},
            {'columns': 'row_key', 'where': 'broken_rule is not null'},
        ]) }}
    {%- endif %}
    {{ return({
        'fact_sales': [
            {
                'columns': 'sale_month_key, store_durable_key, current_category_key, product_durable_key',
                'include': 'quantity, net_amount',
            },
            {'columns': 'sale_id, product_durable_key', 'where': 'product_receipt_count = 1'},
        ],
        'fact_receipts': [
            {'columns': 'sale_month_key, employee_durable_key', 'include': 'net_amount'},
            {'columns': 'customer_durable_key', 'include': 'sale_date_key, net_amount'},
            {'columns': 'first_month_key, sale_month_key', 'where': 'customer_month_count = 1'},
        ],
        'fact_orders': [
            {
                'columns': 'order_month_key, current_category_key, product_durable_key',
                'include': 'sold_quantity, sold_amount',
                'where': 'sold_quantity > 0',
            },
        ],
        'fact_inventory': [{'columns': 'inventory_date_key'}],
        'agg_basket_pairs': [{'columns': 'receipt_count desc, first_sku, second_sku'}],
        'fact_claims': [{'columns': 'audit_key'}],
        'bridge_encounter_diagnosis': [{'columns': 'audit_key'}],
        'bridge_encounter_procedure': [{'columns': 'audit_key'}],
        'fact_encounters': [
            {'columns': 'audit_key'},
            {'columns': 'start_month_key, current_specialty_durable_key, encounter_type_key, patient_month_count'},
            {
                'columns': 'start_month_key, current_specialty_durable_key',
                'include': 'revenue_amount, claim_count, denied_claim_count',
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


{#
    MariaDB joins without an index by hashing, but only where no other index of the table serves any condition of the query:
    with one on `broken_rule` it read the one table for every row of the other.
#}
{% macro mysql__indexes_of(model_name) -%}
    {%- if model_name in looked_up_by() %}
        {{ return([
            {'columns': 'row_key, known_to'}, {'columns': 'audit_key'}, {'columns': looked_up_by()[model_name]},
        ]) }}
    {%- endif %}
    {{ return({
        'hist_clinic__diagnoses': [{'columns': 'row_key, known_to'}],
        'hist_clinic__procedures': [{'columns': 'row_key, known_to'}],
        'fact_encounters': [{'columns': 'audit_key'}],
        'fact_claims': [{'columns': 'audit_key'}],
        'bridge_encounter_diagnosis': [{'columns': 'audit_key'}],
        'bridge_encounter_procedure': [{'columns': 'audit_key'}],
        'snap_clinic__patients': [{'columns': 'patient_id'}],
        'snap_clinic__providers': [{'columns': 'provider_id'}],
        'dim_patient': [{'columns': 'patient_id, valid_from'}, {'columns': 'patient_durable_key'}],
        'dim_provider': [{'columns': 'provider_id, valid_from'}, {'columns': 'provider_durable_key'}],
        'dim_department': [{'columns': 'department_id, valid_from'}, {'columns': 'department_durable_key'}],
        'dim_specialty': [{'columns': 'specialty_id, valid_from'}, {'columns': 'specialty_durable_key'}],
        'snap_pos__customers': [{'columns': 'customer_id'}],
        'snap_pos__products': [{'columns': 'product_id'}],
        'snap_shop__customers': [{'columns': 'customer_id'}],
        'snap_shop__products': [{'columns': 'product_id'}],
        'int_retail__customer_matches': [{'columns': 'source_name, customer_id'}, {'columns': 'customer_durable_key'}],
        'int_retail__product_matches': [{'columns': 'source_name, product_id'}, {'columns': 'product_durable_key'}],
        'dim_customer': [{'columns': 'customer_durable_key, valid_from'}],
        'dim_product': [{'columns': 'product_durable_key, valid_from'}],
        'dim_store': [{'columns': 'store_id, valid_from'}, {'columns': 'store_durable_key'}],
        'dim_employee': [{'columns': 'employee_id, valid_from'}, {'columns': 'employee_durable_key'}],
        'dim_supplier': [{'columns': 'supplier_id, valid_from'}, {'columns': 'supplier_durable_key'}],
        'dim_diagnosis': [{'columns': 'diagnosis_id'}],
        'dim_procedure': [{'columns': 'procedure_id'}],
    }.get(model_name, [])) }}
{%- endmacro %}


{# The statement that makes an index, or nothing where the table has it already. #}
{% macro default__create_index_sql(relation, index, number) -%}
    create index {{ relation.identifier }}_{{ number }} on {{ relation }} ({{ index.columns }})
{%- endmacro %}

{% macro postgres__create_index_sql(relation, index, number) -%}
    {#- without a name PostgreSQL gives one that is free: the table that is being replaced still has its own -#}
    {%- if not is_incremental() %}
    create index on {{ relation }} ({{ index.columns }})
    {%- if index.include %} include ({{ index.include }}){% endif %}
    {%- if index.where %} where {{ index.where }}{% endif %}
    {%- endif %}
{%- endmacro %}

{% macro mysql__create_index_sql(relation, index, number) -%}
    {%- set name = 'by_' ~ index.columns | replace(', ', '_and_') %}
    {%- set known = run_query(
        "select count(*) from information_schema.statistics where table_schema = '" ~ relation.schema
        ~ "' and table_name = '" ~ relation.identifier ~ "' and index_name = '" ~ name ~ "'"
    ) %}
    {%- if known.rows[0][0] == 0 %}
    create index {{ name }} on {{ relation }} ({{ index.columns }})
    {%- endif %}
{%- endmacro %}


{% macro default__refresh_statistics_sql(relation) -%} {%- endmacro %}

{#
    The vacuum also marks pages as visible to all, without which an index alone cannot answer a query. Statistics are
    gathered afresh where as many rows were written as make the server's own autovacuum do it: more than a tenth. A table that
    queries do not read by an index alone waits until a fiftieth of its rows are new or dead.
#}
{% macro postgres__refresh_statistics_sql(relation) -%}
    {%- set found %}
        select
            reltuples,
            coalesce(pg_stat_get_dead_tuples(oid) + pg_stat_get_ins_since_vacuum(oid), 0) as since_vacuum
        from pg_class
        where oid = to_regclass('{{ relation }}')
    {%- endset %}
    {%- set known = run_query(found).rows if execute %}
    {%- set main = load_result('main') if execute %}
    {%- set few = known and main and 0 <= 10 * main.response.rows_affected < known[0].reltuples %}
    {%- set by_index_alone = postgres__indexes_of(model.name) | selectattr('include', 'defined') | list %}
    {%- if not (few and 50 * known[0].since_vacuum < known[0].reltuples and not by_index_alone) -%}
    vacuum {{ '(analyze)' if not few }} {{ relation }}
    {%- endif -%}
{%- endmacro %}

{% macro mysql__refresh_statistics_sql(relation) -%}
    analyze table {{ relation }}
{%- endmacro %}
