{#- a junk dimension: what orders have in common beside their members, each combination once -#}
with profiles as (

    select distinct
        channel,
        coalesce(device, 'Unknown') as device,
        order_status,
        coalesce(promotion_code, 'None') as promotion_code
    from {{ ref('int_shop__valid_orders') }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['channel', 'device', 'order_status', 'promotion_code']) }} as order_profile_key,
        channel,
        device,
        order_status,
        promotion_code,
        {{ audit_key() }} as audit_key
    from profiles
    union all
    select
        member_key as order_profile_key,
        label as channel,
        label as device,
        label as order_status,
        label as promotion_code,
        {{ audit_key() }} as audit_key
    from default_members

)

select * from final
