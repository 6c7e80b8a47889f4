with insurance as (

    select * from {{ ref('stg_ultrasound__insurance') }}

),

checked as (

    select
        *,
        case
            when insurance_id is null then 'insurance_id_missing'
            when
                {{ duplicate_number(
                    'insurance_id',
                    ['patient_id', 'coverage_amount', 'expires_on'],
                    then_text=['insurer', 'policy_number'],
                ) }} > 1
                then 'insurance_id_repeated'
            when coverage_amount < 0 then 'insurance_coverage_negative'
        end as broken_rule
    from insurance

)

select * from checked
