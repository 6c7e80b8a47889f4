with products as (

    select * from {{ ref('dim_product') }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

categories as (

    -- the default members are products, too, and so have theirs
    select distinct category_name
    from products

),

final as (

    select
        coalesce(default_members.member_key, {{ surrogate_key(['categories.category_name']) }}) as category_key,
        categories.category_name,
        {{ audit_key() }} as audit_key
    from categories
    left join default_members on categories.category_name = default_members.label

)

select * from final
