{#
    An aggregate whose rows add up what all of a large table says can be brought up to date by difference: what the rows that
    changed say now, less what they said when it was last counted, which the histories know. That is right only if it is known
    exactly up to which run it was counted. The newest number that its rows bear does not say so, since what a run took away
    bears none: the table `counted` in the log of runs does, and is written in the transaction that writes the aggregate.
#}

{#
    The run up to which this aggregate was counted, by the same rules; none where all of it is to be counted: on a first build,
    on a full refresh, where another release has written it since, and on MySQL and MariaDB, whose transactions end too early.
#}
{% macro counted_until() -%}
    {%- if not execute or not is_incremental() or flags.FULL_REFRESH or not run_is_numbered() or is_dbt_v2() %}
        {{ return(none) }}
    {%- endif %}
    {%- set name = 'counted until, ' ~ this %}
    {%- if name not in remembered() %}
        {#- this too is asked before what is due goes -#}
        {%- do known_until() %}
        {%- do remembered().update({name: adapter.dispatch('last_count')()}) %}
    {%- endif %}
    {{ return(remembered()[name]) }}
{%- endmacro %}

{% macro default__last_count() -%}
    {%- set found %}
        select counted.audit_key
        from {{ audit_table('counted') }} as counted
        where
            counted.table_name = '{{ this.schema }}.{{ this.identifier }}'
            and counted.audit_key >= (select coalesce(max(written.audit_key), 0) from {{ this }} as written)
    {%- endset %}
    {%- set rows = run_query(found).rows %}
    {{ return(rows[0][0] if rows and rows[0][0] in runs_by_these_rules() else none) }}
{%- endmacro %}

{% macro mysql__last_count() -%} {{ return(none) }} {%- endmacro %}


{# For an aggregate's post-hook: it counts what the histories hold in this run. #}
{% macro note_as_counted() -%}
    {%- if run_is_numbered() -%}
        {{ adapter.dispatch('note_as_counted')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__note_as_counted() -%}
    {%- set name = this.schema ~ '.' ~ this.identifier %}
    delete from {{ audit_table('counted') }} where table_name = '{{ name }}';
    insert into {{ audit_table('counted') }} (table_name, audit_key) values ('{{ name }}', {{ audit_key() }})
{%- endmacro %}

{% macro mysql__note_as_counted() -%} {%- endmacro %}


{#
    For the pre-hook of such an aggregate: makes two small tables, of the keys of what `changed` below, and of what is due, with
    the counts as they are now.
#}
{% macro find_due_counts(changed, due) -%}
    {%- if counted_until() is not none -%}
        {{ adapter.dispatch('create_due_table')(due_table('changed'), changed) }};
        {{ adapter.dispatch('create_due_table')(due_table(), due) }}
    {%- endif -%}
{%- endmacro %}

{# Encounters whose diagnoses or procedures changed since the pairs were counted. #}
{% macro encounters_of_changed_pairs() -%}
    {%- set since = counted_until() or 0 %}
    select encounter_id
    from {{ ref('hist_clinic__encounter_diagnoses') }}
    where audit_key > {{ since }}
    union
    select encounter_id
    from {{ ref('hist_clinic__encounter_procedures') }}
    where audit_key > {{ since }}
{%- endmacro %}

{# The pairs of which more or fewer encounters have both than were counted, or whose texts are others. #}
{% macro pairs_due() -%}
    {%- set since = counted_until() or 0 %}
    {%- set children = {
        'diagnoses': {'history': ref('hist_clinic__encounter_diagnoses'), 'code': 'diagnosis'},
        'procedures': {'history': ref('hist_clinic__encounter_procedures'), 'code': 'procedure'},
    } %}
    {%- set encounter_changed = 'encounter_id in (select changed.encounter_id from ' ~ due_table('changed') ~ ' as changed)' %}
    with
    {% for name, child in children.items() -%}
    {{ name }} as (

        select
            encounter_id,
            {{ child.code }}_id,
            case when known_to = {{ still_known() }} then 1 else 0 end as is_now,
            case when known_from <= {{ since }} then 1 else 0 end as was_then
        from (
            {{ known_after(since, child.history, encounter_changed) }}
        ) as versions
        where broken_rule is null

    ),

    {% endfor -%}
    changes_by_id as (

        select
            diagnoses.diagnosis_id,
            procedures.procedure_id,
            sum(diagnoses.is_now * procedures.is_now - diagnoses.was_then * procedures.was_then) as change
        from diagnoses
        inner join procedures on diagnoses.encounter_id = procedures.encounter_id
        group by diagnoses.diagnosis_id, procedures.procedure_id
        having sum(diagnoses.is_now * procedures.is_now - diagnoses.was_then * procedures.was_then) <> 0

    ),

    changes as (

        select
            diagnoses.diagnosis_key,
            procedures.procedure_key,
            changes_by_id.change
        from changes_by_id
        inner join {{ ref('dim_diagnosis') }} as diagnoses on changes_by_id.diagnosis_id = diagnoses.diagnosis_id
        inner join {{ ref('dim_procedure') }} as procedures on changes_by_id.procedure_id = procedures.procedure_id

    ),

    counts as (

        select
            diagnosis_key,
            procedure_key,
            change as encounter_count
        from changes
        union all
        select
            written.diagnosis_key,
            written.procedure_key,
            written.encounter_count
        from {{ this }} as written
        left join changes
            on
                written.diagnosis_key = changes.diagnosis_key
                and written.procedure_key = changes.procedure_key
        {#- a member that nothing refers to any more is gone, and so is its change -#}
        {%- for child in children.values() %}
        {%- set key = child.code ~ '_key' %}
        left join {{ ref('dim_' ~ child.code) }} as {{ child.code }}_members
            on written.{{ key }} = {{ child.code }}_members.{{ key }}
        {%- endfor %}
        where
            changes.diagnosis_key is not null
            {%- for child in children.values() %}
            or coalesce({{ child.code }}_members.audit_key, {{ still_known() }}) > {{ since }}
            {%- endfor %}

    )

    select
        diagnosis_key,
        procedure_key,
        {{ dbt.cast('sum(encounter_count)', dbt.type_bigint()) }} as encounter_count
    from counts
    group by diagnosis_key, procedure_key
{%- endmacro %}

{# The versions of a history that were known at any time after a run, of those for which `condition` holds. Dispatched. #}
{% macro known_after(run, history, condition) -%}
    {{ adapter.dispatch('known_after')(run, history, condition) }}
{%- endmacro %}

{% macro default__known_after(run, history, condition) -%}
    select *
            from {{ history }}
            where
                known_to > {{ run }}
                and {{ condition }}
{%- endmacro %}

{# PostgreSQL has an index of the open versions, and another by which it finds those that are closed since. #}
{% macro postgres__known_after(run, history, condition) -%}
    select *
            from {{ history }}
            where
                known_to = {{ still_known() }}
                and {{ condition }}
            union all
            select *
            from {{ history }}
            where
                audit_key > {{ run }}
                and known_to > {{ run }}
                and known_to < {{ still_known() }}
                and {{ condition }}
{%- endmacro %}

{# For its next pre-hook: what is due is written anew; where all of it is to be counted, that is all. #}
{% macro delete_due_counts() -%}
    {%- set keys = config.require('unique_key') | join(', ') %}
    {%- if is_incremental() -%}
    delete from {{ this }}
        {%- if counted_until() is not none %}
    where ({{ keys }}) in (select {{ keys }} from {{ due_table() }})
        {%- endif %}
    {%- endif -%}
{%- endmacro %}
