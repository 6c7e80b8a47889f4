{#
    Time travel: with the var `as_of` set, a run builds the star as it was known then, from the histories and in schemas of
    its own. All that knows about it is in this file.
#}


{#
    What `as_of` says: `schema`, what the schemas of then are called after the target's, and `covers`, the condition on a moment
    to have been by then. A day is meant up to its end. None where the star is that of now.
#}
{% macro as_of() -%}
    {%- set text = var('as_of', none) %}
    {%- if text is none or text | string | trim == '' %}
        {{ return(none) }}
    {%- endif %}
    {%- set text = text | string | trim | replace('T', ' ') %}
    {%- set found = modules.re.fullmatch('(\\d{4})-(\\d\\d)-(\\d\\d)(?: (\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.\\d{1,6})?)?)?', text) %}
    {%- set numbers = found.groups('0') | map('int') | list if found else [0, 0, 0, 0, 0, 0] %}
    {%- set year, month, day, hour, minute, second = numbers %}
    {%- set possible = 1000 <= year < 9999 and 1 <= month <= 12 and 1 <= day and hour < 24 and minute < 60 and second < 60 %}
    {%- set date = modules.datetime.date(year, month, 1) + modules.datetime.timedelta(days=day - 1) if possible %}
    {%- if not possible or date.month != month %}
        {{ exceptions.raise_compiler_error(
            "as_of is '" ~ text ~ "', which is no date: say a day, as in 2026-01-05, or a moment in UTC, as in '2026-01-05 18:00:00'"
        ) }}
    {%- endif %}
    {%- if found.group(4) %}
        {%- set covers = "<= cast('" ~ text ~ "' as " ~ dbt.type_timestamp() ~ ")" %}
    {%- else %}
        {%- set covers = "< cast('" ~ (date + modules.datetime.timedelta(days=1)) ~ "' as " ~ dbt.type_timestamp() ~ ")" %}
    {%- endif %}
    {{ return({'text': text, 'schema': 'as_of_' ~ modules.re.sub('\\D', '', text), 'covers': covers}) }}
{%- endmacro %}


{# Overrides dbt's: what is built of the past goes to schemas of its own; what it is built from is where it always is. #}
{% macro generate_schema_name(custom_schema_name=none, node=none) -%}
    {%- set parts = [target.schema] %}
    {%- if as_of() is not none and not is_of_all_time(node) %}
        {%- do parts.append(as_of().schema) %}
    {%- endif %}
    {%- if custom_schema_name is not none %}
        {%- do parts.append(custom_schema_name | trim) %}
    {%- endif %}
    {{- parts | join('_') -}}
{%- endmacro %}

{# Whether there is one of it, whatever the date: what is loaded, and what remembers. #}
{% macro is_of_all_time(node) -%}
    {{ return(node.resource_type in ('seed', 'snapshot') or node.fqn[1] in ('staging', 'history')) }}
{%- endmacro %}


{# Overrides dbt's: a star of the past is built whole, never compared with what stands there. #}
{% macro should_full_refresh() -%}
    {%- set said = config.get('full_refresh') %}
    {{ return(as_of() is not none or (flags.FULL_REFRESH if said is none else said)) }}
{%- endmacro %}


{# For on-run-start, before anything is written: refuses a date of which nothing is known, and a selection that would write now. #}
{% macro check_as_of() -%}
    {%- if execute and as_of() is not none %}
        {%- for unique_id in selected_resources | reject('in', built_as_of()) %}
            {%- if unique_id.split('.')[0] in ('model', 'seed', 'snapshot', 'unit_test') %}
                {{ refuse_as_of(
                    "A run with as_of builds the star of then and nothing else, and " ~ unique_id.split('.')[-1] ~ " is no part of"
                    ~ " it: choose with --selector as_of"
                ) }}
            {%- endif %}
        {%- endfor %}
        {%- do log(
            "As of " ~ as_of().text ~ ": the star of run " ~ as_of_run() ~ ", in the schema " ~ target.schema ~ "_" ~ as_of().schema,
            info=true
        ) %}
    {%- endif %}
{%- endmacro %}

{# What may be built as of a date, as the selector says it, too: the star, and what lies between it and the histories. #}
{% macro built_as_of() -%}
    {%- set star, of_all_time = [], [] %}
    {%- for node in graph.nodes.values() %}
        {%- if is_of_all_time(node) %}
            {%- do of_all_time.append(node.unique_id) %}
        {%- elif node.fqn[1] == 'star' %}
            {%- do star.append(node.unique_id) %}
        {%- endif %}
    {%- endfor %}
    {{ return(with_ancestors(star) | reject('in', with_ancestors(of_all_time)) | list) }}
{%- endmacro %}

{# Nodes, and all that they are built from. #}
{% macro with_ancestors(unique_ids) -%}
    {%- set found = unique_ids | list %}
    {#- the loop comes to what is appended, too -#}
    {%- for unique_id in found %}
        {%- for parent in graph.nodes.get(unique_id, {}).get('depends_on', {}).get('nodes', []) if parent not in found %}
            {%- do found.append(parent) %}
        {%- endfor %}
    {%- endfor %}
    {{ return(found) }}
{%- endmacro %}

{# dbt has made the schemas by now; where the refused run is the first of its date, they go again. #}
{% macro refuse_as_of(sentence) -%}
    {%- for schema in as_of_schemas() if not list_relations_without_caching(schema).rows %}
        {%- do adapter.drop_schema(schema) %}
    {%- endfor %}
    {{ exceptions.raise_compiler_error(sentence) }}
{%- endmacro %}


{#
    The newest run that read no extract from after `as_of` and took in all that it set out to: one that was killed, or in
    which a history failed, may know the encounters of a day and not the claims of it. Its number is that of every row of
    the star of then.
#}
{% macro as_of_run() -%}
    {%- if not execute %}
        {{ return(0) }}
    {%- endif %}
    {%- set batches = run_batches_relation() %}
    {%- set first = none %}
    {%- if adapter.get_relation(target.database, batches.schema, batches.identifier) %}
        {%- set found %}
            select
                max(case when read_until {{ as_of().covers }} then audit_key end) as audit_key,
                min(read_until) as first_extract
            from (
                select
                    audit_key,
                    max(extracted_at) as read_until
                from {{ batches }}
                where audit_key not in ({{ runs_half_way() }})
                group by audit_key
            ) as whole_runs
        {%- endset %}
        {%- set run, first = run_query(found).rows[0].values() %}
        {%- if run is not none %}
            {{ return(run | int) }}
        {%- endif %}
    {%- endif %}
    {{ refuse_as_of(
        "as_of is " ~ as_of().text ~ ", and " ~ ("the first run read an extract of " ~ first if first else "no run has ended yet")
        ~ ": nothing is known of how it was before"
    ) }}
{%- endmacro %}

{# The numbers of the runs that left histories of different days behind, for the next run to complete. #}
{% macro runs_half_way() -%}
    {%- set results = audit_table('run_results') %}
    {%- set histories = [] %}
    {%- for node in graph.nodes.values() if keeps_history(node) %}
        {%- do histories.append("'" ~ node.unique_id ~ "'") %}
    {%- endfor %}
    {%- if adapter.get_relation(target.database, results.schema, results.identifier) %}
    select audit_key from {{ runs_relation() }}
    where status in ('running', 'killed')
    union
    select audit_key from {{ results }}
    where unique_id in ({{ histories | join(', ') }}) and status <> 'success'
    {%- else %}
    {#- a warehouse of an earlier release, whose runs have not written down how they ended -#}
    select -1
    {%- endif %}
{%- endmacro %}


{# The condition that picks a history's versions of rows as they are now, or were then; `history` is its alias in a join. #}
{% macro known_now(history=none) -%}
    {%- set of = history ~ '.' if history else '' -%}
    {%- if as_of() is none -%}
        {{ of }}known_to = {{ still_known() }}
    {%- else -%}
        {%- set run = as_of_run() -%}
        {{ of }}known_from <= {{ run }} and {{ of }}known_to > {{ run }}
    {%- endif -%}
{%- endmacro %}


{#
    The versions of a snapshot's members that had been seen by then, as a relation; all of them now. A version was seen by
    the extract that first showed it. Where a source has no log of loads, each version bears the moment of its own taking
    in, which is some seconds after its run began, but before the next did.
#}
{% macro known_members(snapshot) -%}
    {%- if as_of() is none or not execute -%}
        {{ snapshot }}
    {%- else -%}
        {%- set source_name = source_of(snapshot) -%}
        {%- set run = as_of_run() -%}
        (
            select * from {{ snapshot }}
            where
            {%- if var(source_name ~ '_has_load_log', false) %}
                {{ seen_at() }} <= (
                    select extracted_at from {{ run_batches_relation() }}
                    where source_name = '{{ source_name }}' and audit_key = {{ run }}
                )
            {%- else %}
                {{ seen_at() }} < coalesce(
                    (
                        select min(extracted_at) from {{ run_batches_relation() }}
                        where source_name = '{{ source_name }}' and audit_key > {{ run }}
                    ),
                    {{ end_of_time() }}
                )
            {%- endif %}
        ) as then_known
    {%- endif -%}
{%- endmacro %}

{# The source of which a snapshot keeps the members, as it says itself. #}
{% macro source_of(snapshot) -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'snapshot' and node.alias == snapshot.identifier %}
        {{ return(node.config.meta.source) }}
    {%- endfor %}
{%- endmacro %}


{# The schemas that the star of then and what belongs to it are in. #}
{% macro as_of_schemas() -%}
    {%- set schemas = [] %}
    {%- for name in graph.nodes.values() | map(attribute='schema') | unique if name.startswith(target.schema ~ '_' ~ as_of().schema) %}
        {%- do schemas.append(api.Relation.create(database=target.database, schema=name)) %}
    {%- endfor %}
    {{ return(schemas) }}
{%- endmacro %}


{# For `dbt run-operation`: drops the star of then. #}
{% macro drop_as_of() -%}
    {%- if as_of() is none %}
        {{ exceptions.raise_compiler_error("Say of which date: --vars '{as_of: 2026-01-05}'") }}
    {%- endif %}
    {%- for schema in as_of_schemas() %}
        {%- do adapter.drop_schema(schema) %}
        {%- do log('dropped ' ~ schema.schema, info=true) %}
    {%- endfor %}
{%- endmacro %}
