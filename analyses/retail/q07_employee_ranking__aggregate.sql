-- Who sold most in the quarter, over all and in their own store, and which share of its sales was theirs?
{%- set first_month, _ = month_keys_of_quarter(var('retail_quarter_start')) %}
with employees as (

    select * from {{ ref('agg_sales_by_quarter_employee') }}

),

final as (

    select
        rank_overall,
        employee_id,
        first_name,
        last_name,
        store_name,
        rank_in_store,
        receipt_count,
        net_amount,
        share_of_store
    from employees
    where
        quarter_key = {{ first_month }}
        -- who belongs to no store is in no ranking
        and store_name is not null

)

select * from final
order by rank_overall
