-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as inventory_id,
    store_id,
    product_id,
    inventory_date,
    opening_quantity,
    received_quantity,
    sold_quantity,
    adjusted_quantity,
    closing_quantity,
    created_at,
    updated_at
from {{ ref('hist_pos__inventory') }}
where
    {{ known_now() }}
    and broken_rule is null
