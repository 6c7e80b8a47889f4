with referrals as (

    select * from {{ ref('stg_ultrasound__referrals') }}

),

checked as (

    select
        *,
        case
            when referral_id is null then 'referral_id_missing'
            when
                {{ duplicate_number(
                    'referral_id',
                    ['patient_id', 'doctor_id'],
                    then_text=['referred_to', 'reason'],
                ) }} > 1
                then 'referral_id_repeated'
        end as broken_rule
    from referrals

)

select * from checked
