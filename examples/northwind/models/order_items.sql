with order_details as (

    select
        -- small whole numbers, with which one cannot reckon far
        cast(order_id as {{ dbt.type_int() }}) as order_id,
        cast(product_id as {{ dbt.type_int() }}) as product_id,
        cast(quantity as {{ dbt.type_int() }}) as quantity,
        -- both are floats: 9.8 is stored as 9.80000019, and 0.15 as 0.150000006
        cast(unit_price as decimal(12, 2)) as unit_price,
        cast(discount as decimal(5, 4)) as discount
    from {{ source('northwind', 'order_details') }}

)

select
    -- the key is a pair; there are far less than a thousand products
    order_id * 1000 + product_id as order_item_id,
    order_id,
    -- lines bear no number, and one counted here would change whenever a line before it went
    cast(null as {{ dbt.type_int() }}) as line_number,
    product_id,
    quantity,
    unit_price,
    -- a share there, an amount here: rounded once, in the line
    cast(round(quantity * unit_price * discount, 2) as decimal(12, 2)) as discount_amount,
    cast(null as {{ dbt.type_timestamp() }}) as created_at,
    cast(null as {{ dbt.type_timestamp() }}) as updated_at
from order_details
