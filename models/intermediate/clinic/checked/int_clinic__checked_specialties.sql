with specialties as (

    select * from {{ ref('stg_clinic__specialties') }}

),

sound as (

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
                    'specialty_id', ['updated_at desc', 'created_at'], then_text=['specialty_name', 'specialty_code'],
                ) }} > 1
                then 'specialty_id_repeated'
            when specialty_name is null then 'specialty_name_missing'
            when specialty_code is null then 'specialty_code_missing'
        end as own_broken_rule
    from specialties

),

-- only rows that are sound by themselves compete: the winner of a name must not be a row that is rejected
checked as (

    select
        specialty_id,
        specialty_name,
        specialty_code,
        created_at,
        updated_at,
        case
            when own_broken_rule is not null then own_broken_rule
            when
                {{ duplicate_number(
                    'specialty_name, case when own_broken_rule is null then 1 else 0 end',
                    ['updated_at desc', 'specialty_id'],
                ) }} > 1
                then 'specialty_name_repeated'
        end as broken_rule
    from sound

)

select * from checked
