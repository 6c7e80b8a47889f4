with receipts as (

    select * from {{ ref('fact_receipts') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

employees as (

    select * from {{ ref('dim_employee_current') }}

),

stores as (

    select * from {{ ref('dim_store_current') }}

),

by_month as (

    select
        sale_month_key,
        employee_durable_key,
        count(*) as receipt_count,
        sum(net_amount) as net_amount
    from receipts
    group by sale_month_key, employee_durable_key

),

by_quarter as (

    select
        100 * months.calendar_year + 3 * months.calendar_quarter - 2 as quarter_key,
        by_month.employee_durable_key,
        sum(by_month.receipt_count) as receipt_count,
        cast(sum(by_month.net_amount) as decimal(18, 2)) as net_amount
    from by_month
    inner join months on by_month.sale_month_key = months.month_key
    group by 100 * months.calendar_year + 3 * months.calendar_quarter - 2, by_month.employee_durable_key

),

placed as (

    -- who belongs to no known store is ranked apart
    select
        by_quarter.*,
        employees.employee_id,
        employees.first_name,
        employees.last_name,
        stores.store_id,
        stores.store_name,
        case when stores.store_id is null then 0 else 1 end as has_store
    from by_quarter
    inner join employees on by_quarter.employee_durable_key = employees.employee_durable_key
    left join stores on employees.store_id = stores.store_id

),

ranked_in_store as (

    select
        *,
        rank() over (partition by quarter_key, store_id order by net_amount desc, employee_id asc) as rank_in_store,
        sum(net_amount) over (partition by quarter_key, store_id) as store_net_amount
    from placed

),

ranked as (

    select
        *,
        rank() over (partition by quarter_key, has_store order by net_amount desc, employee_id asc) as rank_overall
    from ranked_in_store

),

final as (

    select
        cast(quarter_key as {{ dbt.type_int() }}) as quarter_key,
        employee_durable_key,
        employee_id,
        first_name,
        last_name,
        store_name,
        cast(rank_overall as {{ dbt.type_int() }}) as rank_overall,
        cast(rank_in_store as {{ dbt.type_int() }}) as rank_in_store,
        cast(receipt_count as {{ dbt.type_bigint() }}) as receipt_count,
        net_amount,
        {{ rate('net_amount', 'store_net_amount') }} as share_of_store,
        {{ audit_key() }} as audit_key
    from ranked

)

select * from final
{{ in_order_of('quarter_key, rank_overall') }}
