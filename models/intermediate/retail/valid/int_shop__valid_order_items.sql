-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as order_item_id,
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    discount_amount,
    created_at,
    updated_at
from {{ ref('hist_shop__order_items') }}
where
    {{ known_now() }}
    and broken_rule is null
