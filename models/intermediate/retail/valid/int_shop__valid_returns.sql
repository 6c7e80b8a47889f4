-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as return_id,
    order_item_id,
    return_reason,
    quantity,
    refund_amount,
    returned_on_text,
    returned_on,
    created_at,
    updated_at
from {{ ref('hist_shop__returns') }}
where
    {{ known_now() }}
    and broken_rule is null
