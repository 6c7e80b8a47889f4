with receipts as (

    select * from {{ ref('fact_receipts') }}

),

final as (

    select
        sale_month_key as month_key,
        employee_durable_key,
        count(*) as receipt_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        {{ audit_key() }} as audit_key
    from receipts
    group by sale_month_key, employee_durable_key

)

select * from final
