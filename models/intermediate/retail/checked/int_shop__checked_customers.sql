with customers as (

    select * from {{ ref('stg_shop__customers') }}

),

checked as (

    select
        *,
        case
            when customer_id is null then 'account_id_missing'
            when
                {{ duplicate_number(
                    'customer_id',
                    ['updated_at desc', 'registered_at', 'created_at'],
                    then_text=['email', 'first_name', 'last_name', 'phone', 'city', 'state', 'postal_code'],
                ) }} > 1
                then 'account_id_repeated'
        end as broken_rule
    from customers

)

select * from checked
