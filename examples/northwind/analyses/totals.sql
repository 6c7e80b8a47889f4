-- Before and after: Northwind's lines are those of the star and the rejected ones, to the cent.
with northwind as (

    select
        quantity,
        quantity * cast(unit_price as decimal(12, 2)) as gross_amount,
        round(quantity * cast(unit_price as decimal(12, 2)) * cast(discount as decimal(5, 4)), 2) as discount_amount
    from {{ source('northwind', 'order_details') }}

),

star as (

    select * from {{ source('star', 'fact_orders') }}

),

rejected as (

    select * from {{ source('star_history', 'hist_shop__order_items') }}
    where known_to = 2147483647 and broken_rule is not null

)

select
    '1 Northwind' as side,
    count(*) as order_lines,
    sum(quantity) as pieces,
    cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
    cast(sum(gross_amount - discount_amount) as decimal(18, 2)) as net_amount
from northwind
union all
select
    '2 star' as side,
    count(*) as order_lines,
    sum(quantity) as pieces,
    sum(gross_amount) as gross_amount,
    sum(net_amount) as net_amount
from star
union all
select
    '3 rejected' as side,
    count(*) as order_lines,
    sum(quantity) as pieces,
    sum(quantity * unit_price) as gross_amount,
    sum(quantity * unit_price - discount_amount) as net_amount
from rejected
order by side
