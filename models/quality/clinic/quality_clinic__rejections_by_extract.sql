{%- set left_by_now = 'coalesce(rejections.left_in_run, ' ~ still_known() ~ ') <= extracts.run_number' %}
{%- set standing = 'case when ' ~ left_by_now ~ ' then 0 else 1 end' %}
{%- set left = 'case when ' ~ left_by_now ~ ' then 1 else 0 end' %}
{%- set new = 'case when rejections.rejected_in_run > extracts.previous_run_number then 1 else 0 end' %}

with rejections as (

    select * from {{ ref('int_clinic__rejections') }}

),

rows_by_extract as (

    select * from {{ ref('quality_clinic__rows_by_extract') }}

),

runs as (

    select
        counted_in_run as run_number,
        extracted_at,
        load_id
    from rows_by_extract
    group by counted_in_run, extracted_at, load_id

),

extracts as (

    select
        run_number,
        extracted_at,
        load_id,
        coalesce(lag(run_number) over (order by run_number), 0) as previous_run_number
    from runs

),

final as (

    select
        extracts.extracted_at,
        extracts.load_id,
        rejections.source_table,
        rejections.rule_id,
        cast(sum({{ standing }}) as {{ dbt.type_bigint() }}) as rows_rejected,
        cast(sum({{ new }}) as {{ dbt.type_bigint() }}) as rows_new,
        cast(sum({{ left }}) as {{ dbt.type_bigint() }}) as rows_left
    from extracts
    inner join rejections
        on
            extracts.run_number >= rejections.rejected_in_run
            and extracts.previous_run_number < coalesce(rejections.left_in_run, {{ still_known() }})
    group by extracts.extracted_at, extracts.load_id, rejections.source_table, rejections.rule_id

)

select * from final
