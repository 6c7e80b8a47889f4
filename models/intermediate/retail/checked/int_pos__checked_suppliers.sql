with suppliers as (

    select * from {{ ref('stg_pos__suppliers') }}

),

checked as (

    select
        *,
        case
            when supplier_id is null then 'supplier_id_missing'
            when
                {{ duplicate_number(
                    'supplier_id',
                    ['updated_at desc', 'contract_start', 'contract_end', 'lead_time_days', 'created_at'],
                    then_text=['supplier_name', 'city', 'country'],
                ) }} > 1
                then 'supplier_id_repeated'
            when supplier_name is null then 'supplier_name_missing'
            when contract_start is null then 'supplier_contract_start_missing'
            when contract_end < contract_start then 'supplier_contract_ends_before_start'
            when lead_time_days < 0 then 'supplier_lead_time_negative'
        end as broken_rule
    from suppliers

)

select * from checked
