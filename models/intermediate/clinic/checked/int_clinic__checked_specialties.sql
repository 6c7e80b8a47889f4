with specialties as (

    select * from {{ ref('stg_clinic__specialties') }}

),

checked as (

    select
        specialty_id,
        specialty_name,
        specialty_code,
        created_at,
        updated_at,
        case
            when specialty_id is null then 'specialty_id_missing'
            when
                {{ duplicate_number(
                    'specialty_id', ['updated_at desc'], then_text=['specialty_name', 'specialty_code'],
                ) }} > 1
                then 'specialty_id_repeated'
            when specialty_name is null then 'specialty_name_missing'
            when {{ duplicate_number('specialty_name', ['updated_at desc', 'specialty_id']) }} > 1
                then 'specialty_name_repeated'
            when specialty_code is null then 'specialty_code_missing'
        end as broken_rule
    from specialties

)

select * from checked
