with stores as (

    select * from {{ ref('stg_pos__stores') }}

),

checked as (

    select
        *,
        case
            when store_id is null then 'store_id_missing'
            when
                {{ duplicate_number(
                    'store_id',
                    ['updated_at desc', 'opened_on', 'closed_on', 'manager_id', 'created_at'],
                    then_text=['store_name', 'store_type', 'city', 'state', 'region'],
                ) }} > 1
                then 'store_id_repeated'
            when store_name is null then 'store_name_missing'
            when opened_on is null then 'store_opening_missing'
            when closed_on < opened_on then 'store_closes_before_opening'
            when store_type not in ('Flagship', 'Standard', 'Outlet') then 'store_type_unknown'
        end as broken_rule
    from stores

)

select * from checked
