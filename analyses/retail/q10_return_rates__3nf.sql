-- Which share of what the web shop sold of each category came back, and for which reasons?
with order_items as (

    select * from {{ source('shop', 'order_items') }}

),

orders as (

    select * from {{ source('shop', 'orders') }}

),

returns as (

    select * from {{ source('shop', 'returns') }}

),

web_products as (

    select * from {{ source('shop', 'products') }}

),

store_products as (

    select * from {{ source('pos', 'products') }}

),

subcategories as (

    select * from {{ source('pos', 'subcategories') }}

),

categories as (

    select * from {{ source('pos', 'categories') }}

),

spellings as (

    select * from {{ ref('ref_category_spellings') }}

),

web_categories as (

    -- the stores know the category of what they sell, too; of the rest only what somebody typed is known
    select
        web_products.product_id,
        coalesce(categories.category_name, spellings.category_name, 'Unmapped') as category_name
    from web_products
    left join store_products on upper({{ clean_text('web_products.sku') }}) = store_products.sku
    left join subcategories on store_products.subcategory_id = subcategories.subcategory_id
    left join categories on subcategories.category_id = categories.category_id
    left join spellings on {{ without("lower(web_products.category_text)", ' ') }} = spellings.spelling

),

iso_returns as (

    select
        *,
        {{ iso_day_from_text('returned_on_text') }} as returned_on_iso
    from returns

),

dated_returns as (

    -- days as clerks typed them; without a day that can be read there is none to count a return under
    select
        order_item_id,
        {{ clean_text('return_reason') }} as return_reason,
        quantity,
        refund_amount,
        {{ date_from_iso_day('returned_on_iso') }} as returned_on
    from iso_returns

),

sold as (

    select
        web_categories.category_name,
        sum(order_items.quantity) as quantity
    from order_items
    inner join orders on order_items.order_id = orders.order_id
    inner join web_categories on order_items.product_id = web_categories.product_id
    where orders.order_status <> 'Cancelled'
    group by web_categories.category_name

),

returned as (

    select
        web_categories.category_name,
        coalesce(dated_returns.return_reason, 'Unknown') as return_reason,
        count(*) as return_count,
        sum(dated_returns.quantity) as returned_quantity,
        sum(dated_returns.refund_amount) as refund_amount
    from dated_returns
    inner join order_items on dated_returns.order_item_id = order_items.order_item_id
    inner join web_categories on order_items.product_id = web_categories.product_id
    where dated_returns.returned_on is not null
    group by web_categories.category_name, coalesce(dated_returns.return_reason, 'Unknown')

),

final as (

    select
        returned.category_name,
        returned.return_reason,
        returned.return_count,
        cast(returned.returned_quantity as {{ dbt.type_bigint() }}) as returned_quantity,
        cast(returned.refund_amount as decimal(18, 2)) as refund_amount,
        {{ rate('returned.returned_quantity', 'sold.quantity') }} as return_rate,
        {{ rate(
            'returned.returned_quantity',
            'sum(returned.returned_quantity) over (partition by returned.category_name)',
        ) }} as share_of_returns
    from returned
    inner join sold on returned.category_name = sold.category_name

)

select * from final
order by category_name, return_reason
