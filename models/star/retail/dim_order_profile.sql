{#- a junk dimension: what orders have in common beside their members, each combination once -#}
with profiles as (

    select distinct
        {{ order_profile_column('channel') }},
        {{ order_profile_column('device') }} as device,
        {{ order_profile_column('order_status') }},
        {{ order_profile_column('promotion_code') }} as promotion_code
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
