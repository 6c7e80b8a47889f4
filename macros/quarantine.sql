{#
    The rejected rows of one checked model or history, every one that it holds; `row_text` keeps every column as it was.
    `timestamps` are those of the columns that engines would write in different ways, `also` names columns that are handed on,
    `updated_at` says what stands for the time of change where the source keeps none. Of a history, which hands on its
    `row_key`, only the rows that are due.
#}
{% macro rejected_rows(checked, source_table, key, columns, timestamps=[], also=[], updated_at='updated_at') -%}
    select
        cast('{{ source_table }}' as {{ dbt.type_string() }}) as source_table,
        cast({{ key }} as {{ dbt.type_string() }}) as source_key,
        concat_ws(
            ', '
            {%- for column in columns %},
            {%- if column in timestamps %}
            concat_ws('=', '{{ column }}', {{ timestamp_text(column) }})
            {%- else %}
            concat_ws('=', '{{ column }}', cast({{ column }} as {{ dbt.type_string() }}))
            {%- endif %}
            {%- endfor %}
        ) as row_text,
        {{ updated_at ~ ('' if updated_at == 'updated_at' else ' as updated_at') }},
        {%- for column in also %}
        {{ column }},
        {%- endfor %}
        broken_rule
    from {{ checked }}
    where
        broken_rule is not null
        {%- if 'row_key' in also %}
        {{ and_is_due_in_quarantine(source_table) }}
        {%- endif %}
{%- endmacro %}


{#
    For the pre-hook of a source's rejections: the rows of which a rejected version is new, or has ended. `histories` gives each
    history by the name that is_due_in_quarantine asks for it.
#}
{% macro find_due_in_quarantine(histories) -%}
    {%- if is_incremental() and known_until() is none %}
        {#- an earlier release built it whole, without the columns that its rows are now known by -#}
        {%- do run_query('delete from ' ~ this) %}
    {%- endif %}
    {%- set due %}
        {%- for name, history in histories.items() %}
        select
            '{{ name }}' as history,
            row_key
        from {{ history }}
        where
            audit_key > {{ known_until() or 0 }}
            and broken_rule is not null
        {{ 'union' if not loop.last }}
        {%- endfor %}
    {%- endset %}
    {{ find_due(due) }}
{%- endmacro %}

{% macro and_is_due_in_quarantine(history) -%}
    {{ 'and ' ~ is_due('row_key', where="history = '" ~ history ~ "'") if known_until() is not none }}
{%- endmacro %}


{#
    The last CTEs of a history of rejected members, from the CTEs `rejected` of rejected rows: since when, and until when, a
    row of a table whose valid records dbt's snapshots keep is rejected.
#}
{% macro rejected_versions_of(rejected) -%}
    rejected as (

        {%- for rows in rejected %}
        select * from {{ rows }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}

    ),

    -- a row without a primary key is known by all that it says
    keyed as (

        select
            {{ surrogate_key([
                'source_table', 'source_key', 'case when source_key is null then row_text end',
            ]) }} as row_key,
            rejected.*
        from rejected

    ),

    checked as (

        select
            *,
            {{ duplicate_number('row_key', ['updated_at desc'], then_text=['row_text']) }} as duplicate_number
        from keyed

    ),

    {{ versions_to_write(['source_table', 'source_key', 'row_text', 'updated_at']) }}
{%- endmacro %}


{# What rejected rows of a history hand on for stays_in_quarantine. #}
{% macro stay_columns() -%}
    {{ return(['row_key', 'duplicate_number', 'known_from', 'known_to']) }}
{%- endmacro %}

{#
    The last CTEs of a source's rejections, from the CTEs `rejected` of rejected rows, each with its stay_columns: one row
    per stay of a row in quarantine. `amounts` gives columns of money, and by CTE the expression that they hold.
#}
{% macro stays_in_quarantine(source_name, rules, rejected, amounts={}) -%}
    {#- what a row is known by as long as it stands; without a primary key by all that it says -#}
    {%- set rejected_row = [
        'source_table', 'row_key', 'duplicate_number', 'broken_rule', 'case when source_key is null then row_text end',
    ] | join(', ') %}
    {%- set columns = ['source_table', 'source_key', 'row_text', 'updated_at'] + stay_columns() + ['broken_rule'] -%}
    versions as (

        {%- for rows in rejected %}
        select
            {{ columns | join(',\n            ') }}
            {%- for amount, of in amounts.items() %},
            cast({{ of.get(rows, 'null') }} as decimal(12, 2)) as {{ amount }}
            {%- endfor %}
        from {{ rows }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}

    ),

    -- a row that is edited and breaks the same rule as before has not left the quarantine in between
    marked as (

        select
            *,
            case
                when known_from = lag(known_to) over (partition by {{ rejected_row }} order by known_from, known_to) then 0
                else 1
            end as is_first_of_stay
        from versions

    ),

    numbered as (

        select
            *,
            sum(is_first_of_stay) over (
                partition by {{ rejected_row }}
                order by known_from, known_to
                rows between unbounded preceding and current row
            ) as stay_number
        from marked

    ),

    -- of each stay the first run, and the last of the versions
    stays as (

        select
            *,
            min(known_from) over (partition by {{ rejected_row }}, stay_number) as rejected_in_run,
            row_number() over (
                partition by {{ rejected_row }}, stay_number
                order by known_from desc, known_to desc
            ) as from_the_newest
        from numbered

    ),

    batches as (

        select * from {{ run_batches_relation() }}
        where source_name = '{{ source_name }}'

    ),

    final as (

        select
            stays.source_table,
            stays.source_key,
            stays.broken_rule as rule_id,
            rules.reason,
            stays.row_text,
            {%- for amount in amounts %}
            stays.{{ amount }},
            {%- endfor %}
            stays.updated_at,
            {{ dbt.cast('stays.row_key', dbt.type_bigint()) }} as row_key,
            stays.rejected_in_run,
            came_with.load_id as rejected_in_load,
            came_with.extracted_at as rejected_since,
            case when stays.known_to <> {{ still_known() }} then stays.known_to end as left_in_run,
            left_with.load_id as left_in_load,
            left_with.extracted_at as left_at,
            {{ audit_key() }} as audit_key
        from stays
        left join {{ rules }} as rules on stays.broken_rule = rules.rule_id
        left join batches as came_with on stays.rejected_in_run = came_with.audit_key
        left join batches as left_with on stays.known_to = left_with.audit_key
        where stays.from_the_newest = 1

    )
{%- endmacro %}


{# The rows that stand in quarantine now, of a source's rejections. #}
{% macro standing_rejections(rejections, amounts=[]) -%}
    select
        source_table,
        source_key,
        rule_id,
        reason,
        row_text,
        {%- for amount in amounts %}
        {{ amount }},
        {%- endfor %}
        updated_at,
        rejected_in_run,
        rejected_in_load,
        rejected_since
    from {{ rejections }}
    where left_in_run is null
{%- endmacro %}
