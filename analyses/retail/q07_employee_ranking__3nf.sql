-- Who sold most in the quarter, over all and in their own store, and which share of its sales was theirs?
{%- set quarter_start = "cast('" ~ var('retail_quarter_start') ~ "' as " ~ dbt.type_timestamp() ~ ')' %}
{%- set quarter_end = dbt.dateadd('month', 3, quarter_start) %}
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

employees as (

    select * from {{ source('pos', 'employees') }}

),

stores as (

    select * from {{ source('pos', 'stores') }}

),

sold as (

    select
        sales.employee_id,
        count(distinct sales.sale_id) as receipt_count,
        cast(sum(sale_lines.line_total) as decimal(18, 2)) as net_amount
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    where
        sales.sold_at >= {{ quarter_start }}
        and sales.sold_at < {{ quarter_end }}
    group by sales.employee_id

),

ranked as (

    select
        sold.employee_id,
        sold.receipt_count,
        sold.net_amount,
        employees.first_name,
        employees.last_name,
        stores.store_name,
        rank() over (order by sold.net_amount desc, sold.employee_id asc) as rank_overall,
        rank() over (partition by stores.store_id order by sold.net_amount desc, sold.employee_id asc)
            as rank_in_store,
        sum(sold.net_amount) over (partition by stores.store_id) as store_net_amount
    from sold
    inner join employees on sold.employee_id = employees.employee_id
    inner join stores on employees.store_id = stores.store_id

),

final as (

    select
        cast(rank_overall as {{ dbt.type_int() }}) as rank_overall,
        employee_id,
        first_name,
        last_name,
        store_name,
        cast(rank_in_store as {{ dbt.type_int() }}) as rank_in_store,
        receipt_count,
        net_amount,
        {{ rate('net_amount', 'store_net_amount') }} as share_of_store
    from ranked

)

select * from final
order by rank_overall
