{#
    What `starlift quality` makes its page of, for `dbt run-operation`: every row as a line of JSON, source by source. Of a
    source whose models are not there, nothing.
#}
{% macro quality_report(extracts=60, examples=3, departures=12) -%}
    {%- for source_name, domain in counted_sources() %}
        {%- set quality = 'quality_' ~ source_name ~ '__' %}
        {%- set rejections = 'int_' ~ source_name ~ '__rejections' %}
        {%- if warehouse_has([quality ~ 'rows_by_extract', quality ~ 'rejections_by_extract', rejections]) %}
            {%- for part, query in quality_queries(source_name, domain, extracts, examples, departures).items() %}
                {%- for row in run_query(query).rows %}
                    {%- set said = {'source': source_name, 'part': part} %}
                    {%- for column, value in row.items() %}
                        {%- do said.update({column: none if value is none else value | string}) %}
                    {%- endfor %}
                    {%- do print('quality: ' ~ tojson(said)) %}
                {%- endfor %}
            {%- endfor %}
        {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# The sources whose rows are counted, each with its domain, as the folders of the models say. #}
{% macro counted_sources() -%}
    {%- set found = [] %}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name.endswith('__row_counts') %}
        {%- do found.append([node.fqn[2], node.name.split('_')[1]]) %}
    {%- endfor %}
    {%- set sources = [] %}
    {%- for domain, source_name in found | sort %}
        {%- do sources.append([source_name, domain]) %}
    {%- endfor %}
    {{ return(sources) }}
{%- endmacro %}


{% macro quality_queries(source_name, domain, extracts, examples, departures) -%}
    {%- set rows_by_extract = ref('quality_' ~ source_name ~ '__rows_by_extract') %}
    {%- set rejections = ref('int_' ~ source_name ~ '__rejections') %}
    {%- set rejections_by_extract = ref('quality_' ~ source_name ~ '__rejections_by_extract') %}
    {#- the rules of a domain of several sources say of which each is -#}
    {%- set of_source = " where source_name = '" ~ source_name ~ "'" if source_name != domain else '' %}
    {%- set wanted %}
        (select extracted_at from {{ rows_by_extract }} group by extracted_at order by extracted_at desc limit {{ extracts }})
    {%- endset %}
    {{ return({
        'rule': 'select rule_id, source_table, kind, rule, reason from ' ~ ref('ref_' ~ domain ~ '_rules') ~ of_source,
        'rows':
            'select ' ~ timestamp_text('counts.extracted_at') ~ ' as extract, counts.load_id, counts.source_table, counts.rows_in,'
            ~ ' counts.rows_loaded, counts.rows_rejected, counts.counted_in_run from ' ~ rows_by_extract ~ ' as counts'
            ~ ' inner join ' ~ wanted ~ ' as wanted on counts.extracted_at = wanted.extracted_at',
        'rejections':
            'select ' ~ timestamp_text('counts.extracted_at') ~ ' as extract, counts.rule_id, counts.rows_rejected, counts.rows_new,'
            ~ ' counts.rows_left from ' ~ rejections_by_extract ~ ' as counts'
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
