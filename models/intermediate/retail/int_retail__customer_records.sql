{#- what the stores and the web shop each know of a customer, version by version -#}
with stores as (

    {{ versions_of(ref('snap_pos__customers'), 'customer_id') }}

),

shop as (

    {{ versions_of(ref('snap_shop__customers'), 'customer_id') }}

),

final as (

    select
        'pos' as source_name,
        customer_id,
        first_name,
        last_name,
        email,
        phone,
        city,
        state,
        postal_code,
        tier,
        registered_on,
        {{ record_begins() }} as valid_from,
        valid_to,
        is_deleted,
        min(seen_at) over (partition by customer_id) as first_seen_at
    from stores
    union all
    select
        'shop' as source_name,
        customer_id,
        first_name,
        last_name,
        email,
        phone,
        city,
        state,
        postal_code,
        null as tier,
        cast(registered_at as date) as registered_on,
        {{ record_begins() }} as valid_from,
        valid_to,
        is_deleted,
        min(seen_at) over (partition by customer_id) as first_seen_at
    from shop

)

select * from final
