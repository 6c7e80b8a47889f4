with providers as (

    select * from {{ ref('stg_clinic__providers') }}

),

checked as (

    select
        provider_id,
        specialty_id,
        department_id,
        first_name,
        last_name,
        credential,
        created_at,
        updated_at,
        case
            when provider_id is null then 'provider_id_missing'
            when
                {{ duplicate_number(
                    'provider_id',
                    ['updated_at desc', 'specialty_id', 'department_id', 'created_at'],
                    then_text=['first_name', 'last_name', 'credential'],
                ) }} > 1
                then 'provider_id_repeated'
            when specialty_id is null then 'provider_specialty_missing'
            when department_id is null then 'provider_department_missing'
        end as broken_rule
    from providers

)

select * from checked
