-- How do the stores compare: what they sold, per employee and per day open, and their rank in the region?
with sale_lines as (

    select * from {{ source('pos', 'sale_lines') }}

),

sales as (

    select * from {{ source('pos', 'sales') }}

),

stores as (

    select * from {{ source('pos', 'stores') }}

),

employees as (

    select * from {{ source('pos', 'employees') }}

),

sold as (

    select
        sales.store_id,
        min(sales.sold_at) as first_sold_at,
        max(sales.sold_at) as last_sold_at,
        cast(sum(sale_lines.line_total) as decimal(18, 2)) as net_amount
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    group by sales.store_id

),

period as (

    select
        cast(min(first_sold_at) as date) as first_day,
        cast(max(last_sold_at) as date) as last_day
    from sold

),

staff as (

    select
        store_id,
        count(*) as employee_count
    from employees
    where left_on is null
    group by store_id

),

measured as (

    select
        stores.store_id,
        stores.store_name,
        stores.region,
        sold.net_amount,
        coalesce(staff.employee_count, 0) as employee_count,
        1 + {{ dbt.datediff(
            'greatest(stores.opened_on, period.first_day)',
            'least(coalesce(stores.closed_on, period.last_day), period.last_day)',
            'day',
        ) }} as days_open
    from sold
    inner join stores on sold.store_id = stores.store_id
    left join staff on stores.store_id = staff.store_id
    cross join period

),

ranked as (

    select
        store_id,
        store_name,
        region,
        net_amount,
        employee_count,
        days_open,
        rank() over (partition by region order by net_amount desc, store_id asc) as rank_in_region
    from measured

),

final as (

    select
        region,
        cast(rank_in_region as {{ dbt.type_int() }}) as rank_in_region,
        store_name,
        net_amount,
        employee_count,
        {{ amount_per('net_amount', 'employee_count') }} as net_amount_per_employee,
        days_open,
        {{ amount_per('net_amount', 'days_open') }} as net_amount_per_day_open
    from ranked

)

select * from final
order by region, rank_in_region
