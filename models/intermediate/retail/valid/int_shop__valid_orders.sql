-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as order_id,
    order_number,
    customer_id,
    channel,
    device,
    promotion_code,
    order_status,
    placed_at,
    paid_at,
    shipped_at,
    delivered_at,
    cancelled_at,
    created_at,
    updated_at
from {{ ref('hist_shop__orders') }}
where
    {{ known_now() }}
    and broken_rule is null
