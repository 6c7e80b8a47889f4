{#
    What `starlift quality` makes its page of, for `dbt run-operation`: every row as a line of JSON. Where the models are not
    there, nothing.
#}
{% macro quality_report(extracts=60, examples=3, departures=12) -%}
    {%- if warehouse_has(['quality_clinic__rows_by_extract', 'quality_clinic__rejections_by_extract', 'int_clinic__rejections']) %}
        {%- for part, query in quality_queries(extracts, examples, departures).items() %}
            {%- for row in run_query(query).rows %}
                {%- set said = {'part': part} %}
                {%- for column, value in row.items() %}
                    {%- do said.update({column: none if value is none else value | string}) %}
                {%- endfor %}
                {%- do print('quality: ' ~ tojson(said)) %}
            {%- endfor %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}


{% macro quality_queries(extracts, examples, departures) -%}
    {%- set rows_by_extract = ref('quality_clinic__rows_by_extract') %}
    {%- set rejections = ref('int_clinic__rejections') %}
    {%- set wanted %}
        (select extracted_at from {{ rows_by_extract }} group by extracted_at order by extracted_at desc limit {{ extracts }})
    {%- endset %}
    {{ return({
        'rule': 'select rule_id, source_table, kind, rule, reason from ' ~ ref('ref_clinic_rules'),
        'rows':
            'select ' ~ timestamp_text('counts.extracted_at') ~ ' as extract, counts.load_id, counts.source_table, counts.rows_in,'
            ~ ' counts.rows_loaded, counts.rows_rejected, counts.counted_in_run from ' ~ rows_by_extract ~ ' as counts'
            ~ ' inner join ' ~ wanted ~ ' as wanted on counts.extracted_at = wanted.extracted_at',
        'rejections':
            'select ' ~ timestamp_text('counts.extracted_at') ~ ' as extract, counts.rule_id, counts.rows_rejected, counts.rows_new,'
            ~ ' counts.rows_left from ' ~ ref('quality_clinic__rejections_by_extract') ~ ' as counts'
            ~ ' inner join ' ~ wanted ~ ' as wanted on counts.extracted_at = wanted.extracted_at',
        'standing':
            'select rule_id, source_key, row_text, ' ~ timestamp_text('rejected_since') ~ ' as since, rejected_in_load,'
            ~ ' rejected_in_run from (select standing.*, row_number() over (partition by rule_id order by rejected_in_run desc,'
            ~ ' source_key, row_text) as example_number from ' ~ rejections ~ ' as standing where left_in_run is null) as numbered'
            ~ ' where example_number <= ' ~ examples,
        'oldest':
            'select rule_id, ' ~ timestamp_text('min(rejected_since)') ~ ' as since from ' ~ rejections
            ~ ' where left_in_run is null group by rule_id',
        'left':
            'select source_table, rule_id, source_key, row_text, ' ~ timestamp_text('rejected_since') ~ ' as since, '
            ~ timestamp_text('left_at') ~ ' as until from ' ~ rejections ~ ' where left_in_run is not null'
            ~ ' order by left_in_run desc, rule_id, source_key, row_text limit ' ~ departures,
    }) }}
{%- endmacro %}


{# Whether all of these models have been built. #}
{% macro warehouse_has(model_names) -%}
    {%- for name in model_names %}
        {%- set relation = ref(name) %}
        {%- if not adapter.get_relation(relation.database, relation.schema, relation.identifier) %}
            {{ return(false) }}
        {%- endif %}
    {%- endfor %}
    {{ return(true) }}
{%- endmacro %}
