with products as (

    select * from {{ source('northwind', 'products') }}

),

categories as (

    select * from {{ source('northwind', 'categories') }}

)

select
    cast(products.product_id as {{ dbt.type_int() }}) as product_id,
    -- Northwind has no stock keeping units
    concat('NW-', products.product_id) as sku,
    products.product_name,
    categories.category_name as category_text,
    -- a float, of which the second digit behind the point is the last one that counts
    cast(cast(products.unit_price as decimal(12, 2)) as {{ dbt.type_string() }}) as list_price_text,
    case when products.discontinued = 1 then 'Hidden' else 'Active' end as status,
    cast(null as {{ dbt.type_timestamp() }}) as created_at,
    cast(null as {{ dbt.type_timestamp() }}) as updated_at
from products
left join categories on products.category_id = categories.category_id
