with sale_lines as (

    select * from {{ ref('int_pos__valid_sale_lines') }}

),

sales as (

    select * from {{ ref('int_pos__valid_sales') }}

),

products as (

    {{ members_by_number('product', 'pos') }}

),

customers as (

    {{ members_by_number('customer', 'pos') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

employees as (

    select * from {{ ref('dim_employee') }}

),

categories as (

    {{ categories_by_product() }}

),

final as (

    select
        sale_lines.sale_line_id,
        sale_lines.sale_id,
        sale_lines.line_number,
        coalesce(products.product_key, -1) as product_key,
        coalesce(products.product_durable_key, -1) as product_durable_key,
        coalesce(categories.category_key, -1) as current_category_key,
        -- who showed no card
        case when sales.customer_id is null then -2 else coalesce(customers.customer_key, -1) end as customer_key,
        coalesce(customers.customer_durable_key, -2) as customer_durable_key,
        coalesce(stores.store_key, -1) as store_key,
        coalesce(stores.store_durable_key, -1) as store_durable_key,
        coalesce(employees.employee_key, -1) as employee_key,
        coalesce(employees.employee_durable_key, -1) as employee_durable_key,
        {{ date_key('sales.sold_at') }} as sale_date_key,
        {{ month_key('sales.sold_at') }} as sale_month_key,
        sales.sold_at,
        sales.payment_method,
        sale_lines.quantity,
        sale_lines.unit_price,
        cast(sale_lines.quantity * sale_lines.unit_price as decimal(14, 2)) as gross_amount,
        sale_lines.discount_amount,
        cast(sale_lines.line_total as decimal(14, 2)) as net_amount,
        cast(sale_lines.quantity * products.unit_cost as decimal(14, 2)) as cost_amount,
        case
            when
                row_number() over (
                    partition by sale_lines.sale_id, coalesce(products.product_durable_key, -1)
                    order by sale_lines.sale_line_id
                ) = 1
                then 1
            else 0
        end as product_receipt_count,
        {{ audit_key() }} as audit_key
    from sale_lines
    inner join sales on sale_lines.sale_id = sales.sale_id
    left join products
        on
            sale_lines.product_id = products.product_id
            and {{ valid_at('products', 'sales.sold_at') }}
    left join categories on products.product_durable_key = categories.product_durable_key
    left join customers
        on
            sales.customer_id = customers.customer_id
            and {{ valid_at('customers', 'sales.sold_at') }}
    left join stores
        on
            sales.store_id = stores.store_id
            and {{ valid_at('stores', 'sales.sold_at') }}
    left join employees
        on
            sales.employee_id = employees.employee_id
            and {{ valid_at('employees', 'sales.sold_at') }}

)

select * from final
{{ in_order_of('sale_date_key, sale_id, sale_line_id') }}
