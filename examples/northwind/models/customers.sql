with customers as (

    select * from {{ source('northwind', 'customers') }}

)

select
    {{ whole_number('customer_id') }} as customer_id,
    -- Northwind knows none
    cast(null as {{ dbt.type_string() }}) as email,
    -- the customer is the firm, whoever speaks for it this year
    cast(null as {{ dbt.type_string() }}) as first_name,
    company_name as last_name,
    phone,
    city,
    -- the firm's customers live in many countries, of which few have states
    country as state,
    postal_code,
    -- no day is better than a guessed one
    cast(null as {{ dbt.type_timestamp() }}) as registered_at,
    cast(null as {{ dbt.type_timestamp() }}) as created_at,
    cast(null as {{ dbt.type_timestamp() }}) as updated_at
from customers
