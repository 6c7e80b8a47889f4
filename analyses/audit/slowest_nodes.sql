with results as (

    select * from {{ source('audit', 'run_results') }}
    where started_at is not null

),

newest as (

    select max(audit_key) as audit_key from results

),

earlier as (

    select
        unique_id,
        count(*) as earlier_runs,
        avg(execution_seconds) as earlier_average_seconds
    from results
    where audit_key < (select newest.audit_key from newest)
    group by unique_id

),

final as (

    select
        results.node_name,
        results.resource_type,
        results.status,
        results.execution_seconds,
        earlier.earlier_average_seconds,
        earlier.earlier_runs,
        results.rows_in,
        results.rows_written,
        results.rows_out
    from results
    inner join newest on results.audit_key = newest.audit_key
    left join earlier on results.unique_id = earlier.unique_id

)

select * from final
order by execution_seconds desc, node_name asc
