with procedures as (

    select * from {{ ref('stg_clinic__procedures') }}

),

checked as (

    select
        procedure_id,
        cpt_code,
        cpt_description,
        created_at,
        updated_at,
        case
            when procedure_id is null then 'procedure_id_missing'
            when
                {{ duplicate_number(
                    'procedure_id', ['updated_at desc'], then_text=['cpt_code', 'cpt_description'],
                ) }} > 1
                then 'procedure_id_repeated'
            when cpt_code is null then 'procedure_code_missing'
            when {{ duplicate_number('cpt_code', ['updated_at desc', 'procedure_id']) }} > 1
                then 'procedure_code_repeated'
        end as broken_rule
    from procedures

)

select * from checked
