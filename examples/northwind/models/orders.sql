with orders as (

    select * from {{ source('northwind', 'orders') }}

)

select
    cast(order_id as {{ dbt.type_int() }}) as order_id,
    cast(order_id as {{ dbt.type_string() }}) as order_number,
    {{ whole_number('customer_id') }} as customer_id,
    -- Web, App or Marketplace: Northwind has one channel
    'Web' as channel,
    cast(null as {{ dbt.type_string() }}) as device,
    cast(null as {{ dbt.type_string() }}) as promotion_code,
    case when shipped_date is null then 'Placed' else 'Shipped' end as order_status,
    cast(order_date as {{ dbt.type_timestamp() }}) as placed_at,
    cast(null as {{ dbt.type_timestamp() }}) as paid_at,
    cast(shipped_date as {{ dbt.type_timestamp() }}) as shipped_at,
    cast(null as {{ dbt.type_timestamp() }}) as delivered_at,
    cast(null as {{ dbt.type_timestamp() }}) as cancelled_at,
    cast(null as {{ dbt.type_timestamp() }}) as created_at,
    cast(null as {{ dbt.type_timestamp() }}) as updated_at
from orders
