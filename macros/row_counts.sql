{#
    How many rows a table of the source has, and how many of them are rejected, from its history. Where both were counted
    up to a run before (`since`), only what changed since is counted: a run's cost hangs on the change, not on the table.
#}
{% macro row_counts_of(history, source_table, since) -%}
    select
        '{{ source_table }}' as source_table,
        {%- if since is none %}
        count(*) as row_count,
        count(broken_rule) as rejected_count
    from {{ history }}
    where known_to = {{ still_known() }}
        {%- else %}
        {%- set change -%}
            case when known_from > {{ since }} then 1 else 0 end - case when known_to <> {{ still_known() }} then 1 else 0 end
        {%- endset %}
        {{ counted_before('rows_in', source_table, since) }} + coalesce(sum({{ change }}), 0) as row_count,
        {{ counted_before('rows_rejected', source_table, since) }}
        + coalesce(sum(case when broken_rule is not null then {{ change }} end), 0) as rejected_count
    from {{ history }}
    where audit_key > {{ since }}
        {%- endif %}
{%- endmacro %}

{% macro counted_before(column, source_table, run) -%}
    (select {{ column }} from {{ this }} where source_table = '{{ source_table }}' and audit_key = {{ run }})
{%- endmacro %}


{#
    The rows of a source that a run finds, by table: how many came in, how many are loaded, how many are rejected. `members`
    gives the staging models of the tables whose rejected rows are in `rejected_members`, `histories` those of the others.
#}
{% macro counted_rows(members, rejected_members, histories={}) -%}
    {%- set since = known_until() -%}
    with rejected_members as (

        select * from {{ rejected_members }}
        where known_to = {{ still_known() }}

    ),

    counted as (

        {%- for source_table, staged in members.items() %}
        select
            '{{ source_table }}' as source_table,
            (select count(*) from {{ staged }}) as row_count,
            (
                select count(*) from rejected_members
                where source_table = '{{ source_table }}'
            ) as rejected_count
        {%- if not loop.last or histories %}
        union all
        {%- endif %}
        {%- endfor %}
        {%- for source_table, history in histories.items() %}
        {{ row_counts_of(history, source_table, since) }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}

    )

    select
        cast(source_table as {{ dbt.type_string() }}) as source_table,
        cast(row_count as {{ dbt.type_bigint() }}) as rows_in,
        cast(row_count - rejected_count as {{ dbt.type_bigint() }}) as rows_loaded,
        cast(rejected_count as {{ dbt.type_bigint() }}) as rows_rejected,
        {{ audit_key() }} as audit_key
    from counted
{%- endmacro %}


{# The counts of each extract of a source: several runs can read one, and the last of them counts. #}
{% macro rows_by_extract(source_name, row_counts) -%}
    with batches as (

        select * from {{ run_batches_relation() }}
        where source_name = '{{ source_name }}'

    ),

    numbered as (

        select
            row_counts.source_table,
            row_counts.rows_in,
            row_counts.rows_loaded,
            row_counts.rows_rejected,
            batches.extracted_at,
            batches.load_id,
            row_counts.audit_key as counted_in_run,
            row_number() over (
                partition by row_counts.source_table, batches.extracted_at
                order by row_counts.audit_key desc
            ) as from_the_last
        from {{ row_counts }} as row_counts
        inner join batches on row_counts.audit_key = batches.audit_key

    )

    select
        extracted_at,
        load_id,
        source_table,
        rows_in,
        rows_loaded,
        rows_rejected,
        counted_in_run
    from numbered
    where from_the_last = 1
{%- endmacro %}


{# For each extract of a source and rule: the rows that break it, those that are new, and those that are repaired or gone. #}
{% macro rejections_by_extract(rejections, rows_by_extract) -%}
    {%- set left_by_now = 'coalesce(rejections.left_in_run, ' ~ still_known() ~ ') <= extracts.run_number' %}
    {%- set standing = 'case when ' ~ left_by_now ~ ' then 0 else 1 end' %}
    {%- set left = 'case when ' ~ left_by_now ~ ' then 1 else 0 end' %}
    {%- set new = 'case when rejections.rejected_in_run > extracts.previous_run_number then 1 else 0 end' -%}
    with runs as (

        select
            counted_in_run as run_number,
            extracted_at,
            load_id
        from {{ rows_by_extract }}
        group by counted_in_run, extracted_at, load_id

    ),

    extracts as (

        select
            run_number,
            extracted_at,
            load_id,
            coalesce(lag(run_number) over (order by run_number), 0) as previous_run_number
        from runs

    )

    select
        extracts.extracted_at,
        extracts.load_id,
        rejections.source_table,
        rejections.rule_id,
        cast(sum({{ standing }}) as {{ dbt.type_bigint() }}) as rows_rejected,
        cast(sum({{ new }}) as {{ dbt.type_bigint() }}) as rows_new,
        cast(sum({{ left }}) as {{ dbt.type_bigint() }}) as rows_left
    from extracts
    inner join {{ rejections }} as rejections
        on
            extracts.run_number >= rejections.rejected_in_run
            and extracts.previous_run_number < coalesce(rejections.left_in_run, {{ still_known() }})
    group by extracts.extracted_at, extracts.load_id, rejections.source_table, rejections.rule_id
{%- endmacro %}
