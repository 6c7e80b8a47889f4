-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as sale_id,
    store_id,
    employee_id,
    customer_id,
    sold_at,
    payment_method,
    created_at,
    updated_at
from {{ ref('hist_pos__sales') }}
where
    {{ known_now() }}
    and broken_rule is null
