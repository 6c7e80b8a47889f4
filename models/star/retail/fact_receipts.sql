{#- for what is asked of receipts and customers and not of goods: none has to be told apart from another again -#}
with sales as (

    select * from {{ ref('fact_sales') }}

),

receipts as (

    select
        sale_id,
        customer_key,
        customer_durable_key,
        store_key,
        store_durable_key,
        employee_key,
        employee_durable_key,
        sale_date_key,
        sale_month_key,
        sold_at,
        payment_method,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as net_amount
    from sales
    group by
        sale_id, customer_key, customer_durable_key, store_key, store_durable_key, employee_key, employee_durable_key,
        sale_date_key, sale_month_key, sold_at, payment_method

),

-- who showed no card is nobody's cohort
customers as (

    select
        sale_id,
        min(sale_month_key) over (partition by customer_durable_key) as first_month_key,
        row_number() over (partition by customer_durable_key, sale_month_key order by sold_at, sale_id)
            as number_in_month
    from receipts
    where customer_durable_key <> -2

),

final as (

    select
        receipts.sale_id,
        receipts.customer_key,
        receipts.customer_durable_key,
        receipts.store_key,
        receipts.store_durable_key,
        receipts.employee_key,
        receipts.employee_durable_key,
        receipts.sale_date_key,
        receipts.sale_month_key,
        coalesce(customers.first_month_key, -2) as first_month_key,
        receipts.sold_at,
        receipts.payment_method,
        case when customers.number_in_month = 1 then 1 else 0 end as customer_month_count,
        cast(receipts.line_count as {{ dbt.type_int() }}) as line_count,
        cast(receipts.quantity as {{ dbt.type_int() }}) as quantity,
        cast(receipts.gross_amount as decimal(14, 2)) as gross_amount,
        cast(receipts.discount_amount as decimal(14, 2)) as discount_amount,
        cast(receipts.net_amount as decimal(14, 2)) as net_amount,
        {{ audit_key() }} as audit_key
    from receipts
    left join customers on receipts.sale_id = customers.sale_id

)

select * from final
{{ in_order_of('sale_date_key, sale_id') }}
