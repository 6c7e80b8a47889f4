with clinics as (

    select * from {{ ref('stg_ultrasound__clinics') }}

),

checked as (

    select
        *,
        case
            when clinic_id is null then 'clinic_id_missing'
            when
                {{ duplicate_number(
                    'clinic_id',
                    [],
                    then_text=['clinic_name', 'address', 'contact_number', 'email'],
                ) }} > 1
                then 'clinic_id_repeated'
        end as broken_rule
    from clinics

)

select * from checked
