{#
    For a test: the tables of a source whose rows in are not the rows in the star and those in quarantine, or of which the
    newest counts say something else. `in_star` gives by table what stands for its rows there: a relation and a condition,
    and what adds up to them where one row there stands for several.
#}
{% macro rows_unaccounted_for(source_name, in_star, quarantine, row_counts) -%}
    with newest_counts as (

        select * from {{ row_counts }}
        where audit_key = (select max(newest.audit_key) from {{ row_counts }} as newest)

    ),

    counted as (

        {%- for source_table, there in in_star.items() %}
        select
            '{{ source_table }}' as source_table,
            (select count(*) from {{ source(source_name, source_table) }}) as rows_in,
            (
                select {{ there[2] if there | length > 2 else 'count(*)' }} from {{ there[0] }}
                where {{ there[1] }}
            ) as rows_in_star,
            (
                select count(*) from {{ quarantine }}
                where source_table = '{{ source_table }}'
            ) as rows_in_quarantine
        {% if not loop.last %}union all{% endif %}
        {%- endfor %}

    )

    select
        counted.*,
        newest_counts.rows_in as rows_in_as_counted,
        newest_counts.rows_loaded as rows_loaded_as_counted,
        newest_counts.rows_rejected as rows_rejected_as_counted
    from counted
    left join newest_counts on counted.source_table = newest_counts.source_table
    where
        counted.rows_in <> counted.rows_in_star + counted.rows_in_quarantine
        or counted.rows_in <> coalesce(newest_counts.rows_in, -1)
        or counted.rows_in_star <> newest_counts.rows_loaded
        or counted.rows_in_quarantine <> newest_counts.rows_rejected
{%- endmacro %}


{#
    For `in_star`: the valid records of a system that lead to a current member of a conformed dimension, by way of `ids`, which
    says which member a system's own number stands for.
#}
{% macro records_in_dimension(source_name, member, ids, dimension, valid) -%}
    {%- set found -%}
        (
            select records.{{ member }}_id
            from {{ ids }} as records
            inner join {{ dimension }} as members
                on
                    records.{{ member }}_durable_key = members.{{ member }}_durable_key
                    and members.is_current
                    and not members.is_inferred
            where records.source_name = '{{ source_name }}'
        ) as led
    {%- endset -%}
    {{ return([found, member ~ '_id in (select ' ~ member ~ '_id from ' ~ valid ~ ')']) }}
{%- endmacro %}
