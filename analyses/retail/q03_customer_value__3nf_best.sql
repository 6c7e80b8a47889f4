-- What have the customers of each tier spent in the stores, and what is one worth on average?
with customers as (

    select * from {{ source('pos', 'customers') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

-- receipts and money by themselves: among lines, receipts would have to be told apart again
counted as (

    select
        customer_id,
        count(*) as receipt_count
    from sales
    where customer_id is not null
    group by customer_id

),

paid as (

    select
        sales.customer_id,
        sum(sale_lines.line_total) as net_amount
    from sales
    inner join sale_lines on sales.sale_id = sale_lines.sale_id
    where sales.customer_id is not null
    group by sales.customer_id

),

spent as (

    select
        counted.customer_id,
        counted.receipt_count,
        paid.net_amount
    from counted
    inner join paid on counted.customer_id = paid.customer_id

),

final as (

    select
        customers.tier,
        count(*) as customer_count,
        cast(sum(spent.receipt_count) as {{ dbt.type_bigint() }}) as receipt_count,
        cast(sum(spent.net_amount) as decimal(18, 2)) as net_amount,
        {{ amount_per('sum(spent.net_amount)', 'count(*)') }} as net_amount_per_customer
    from customers
    inner join spent on customers.customer_id = spent.customer_id
    group by customers.tier

)

select * from final
order by tier
