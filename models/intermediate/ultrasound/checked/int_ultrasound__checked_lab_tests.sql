with lab_tests as (

    select * from {{ ref('stg_ultrasound__lab_tests') }}

),

checked as (

    select
        *,
        case
            when lab_test_id is null then 'lab_test_id_missing'
            when
                {{ duplicate_number(
                    'lab_test_id',
                    ['patient_id', 'tested_on'],
                    then_text=['test_name', 'test_result'],
                ) }} > 1
                then 'lab_test_id_repeated'
        end as broken_rule
    from lab_tests

)

select * from checked
