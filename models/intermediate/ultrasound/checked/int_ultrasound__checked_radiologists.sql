with radiologists as (

    select * from {{ ref('stg_ultrasound__radiologists') }}

),

checked as (

    select
        *,
        case
            when radiologist_id is null then 'radiologist_id_missing'
            when
                {{ duplicate_number(
                    'radiologist_id',
                    ['department_id'],
                    then_text=['first_name', 'last_name', 'contact_number', 'email'],
                ) }} > 1
                then 'radiologist_id_repeated'
        end as broken_rule
    from radiologists

)

select * from checked
