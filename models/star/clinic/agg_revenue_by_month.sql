with encounters as (

    select * from {{ ref('fact_encounters') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

specialties as (

    select * from {{ ref('dim_specialty_current') }}

),

cells as (

    select
        start_month_key,
        current_specialty_durable_key,
        sum(claim_count - denied_claim_count) as accepted_claim_count,
        sum(revenue_amount) as revenue_amount
    from encounters
    where claim_count > denied_claim_count
    group by start_month_key, current_specialty_durable_key

),

final as (

    select
        cells.start_month_key,
        months.month_start,
        cells.current_specialty_durable_key,
        specialties.specialty_name,
        cast(cells.accepted_claim_count as {{ dbt.type_bigint() }}) as accepted_claim_count,
        cast(cells.revenue_amount as decimal(18, 2)) as revenue_amount,
        {{ audit_key() }} as audit_key
    from cells
    inner join months on cells.start_month_key = months.month_key
    inner join specialties on cells.current_specialty_durable_key = specialties.specialty_durable_key

)

select * from final
