with row_counts as (

    select * from {{ ref('quality_clinic__row_counts') }}

),

batches as (

    select * from {{ run_batches_relation() }}
    where source_name = 'clinic'

),

-- several runs can read one extract: the last of them counts
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
    from row_counts
    inner join batches on row_counts.audit_key = batches.audit_key

),

final as (

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

)

select * from final
