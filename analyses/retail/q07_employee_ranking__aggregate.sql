-- Who sold most in the quarter, over all and in their own store, and which share of its sales was theirs?
{%- set first_month, last_month = month_keys_of_quarter(var('retail_quarter_start')) %}
with by_employee as (

    select * from {{ ref('agg_sales_by_month_employee') }}

),

employees as (

    select * from {{ ref('dim_employee_current') }}

),

stores as (

    select * from {{ ref('dim_store_current') }}

),

sold as (

    select
        employee_durable_key,
        cast(sum(receipt_count) as {{ dbt.type_bigint() }}) as receipt_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from by_employee
    where month_key between {{ first_month }} and {{ last_month }}
    group by employee_durable_key

),

ranked as (

    select
        employees.employee_id,
        sold.receipt_count,
        sold.net_amount,
        employees.first_name,
        employees.last_name,
        stores.store_name,
        rank() over (order by sold.net_amount desc, employees.employee_id asc) as rank_overall,
        rank() over (partition by stores.store_id order by sold.net_amount desc, employees.employee_id asc)
            as rank_in_store,
        sum(sold.net_amount) over (partition by stores.store_id) as store_net_amount
    from sold
    inner join employees on sold.employee_durable_key = employees.employee_durable_key
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
