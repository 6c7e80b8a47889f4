-- Which products brought most in the quarter, over stores and web shop (cancelled orders left out)?
{%- set first_month, last_month = month_keys_of_quarter(var('retail_quarter_start')) %}
with by_product as (

    select * from {{ ref('agg_sales_by_month_product') }}

),

final as (

    select
        sku,
        sum(quantity) as quantity,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from by_product
    where
        month_key between {{ first_month }} and {{ last_month }}
        -- products of which something only came back are none of selling
        and quantity > 0
    group by sku

)

select * from final
order by net_amount desc, sku asc
limit {{ var('retail_top_products') }}
