-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as sale_line_id,
    sale_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    discount_amount,
    line_total,
    created_at,
    updated_at
from {{ ref('hist_pos__sale_lines') }}
where
    {{ known_now() }}
    and broken_rule is null
