{{ config(enabled=var('clinic_enabled')) }}

with encounters as (

    select
        audit_key,
        count(*) as encounter_count
    from {{ ref('fact_encounters') }}
    group by audit_key

),

runs as (

    select * from {{ source('audit', 'runs') }}

),

batches as (

    select * from {{ source('audit', 'run_batches') }}
    where source_name = 'clinic'

),

final as (

    select
        encounters.audit_key,
        encounters.encounter_count,
        runs.started_at,
        runs.git_commit,
        batches.load_id,
        batches.extracted_at
    from encounters
    inner join runs on encounters.audit_key = runs.audit_key
    inner join batches on encounters.audit_key = batches.audit_key

)

select * from final
order by audit_key
