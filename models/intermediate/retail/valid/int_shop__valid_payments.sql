-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as payment_id,
    order_id,
    payment_type,
    payment_method,
    payment_status,
    amount,
    paid_at,
    created_at,
    updated_at
from {{ ref('hist_shop__payments') }}
where
    {{ known_now() }}
    and broken_rule is null
