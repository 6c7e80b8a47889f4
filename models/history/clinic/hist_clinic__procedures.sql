{%- set columns = ['procedure_id', 'cpt_code', 'cpt_description', 'created_at', 'updated_at'] %}

with procedures as (

    select * from {{ ref('stg_clinic__procedures') }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'procedure_id', ['updated_at desc', 'created_at'], then_text=['cpt_code', 'cpt_description'],
        ) }} as duplicate_number
    from procedures

),

sound as (

    select
        *,
        case
            when procedure_id is null then 'procedure_id_missing'
            when duplicate_number > 1 then 'procedure_id_repeated'
            when cpt_code is null then 'procedure_code_missing'
        end as own_broken_rule
    from numbered

),

-- only rows that are sound by themselves compete: the winner of a code must not be a row that is rejected
checked as (

    select
        *,
        {{ row_key('procedure_id') }} as row_key,
        case
            when own_broken_rule is not null then own_broken_rule
            when
                {{ duplicate_number(
                    'cpt_code, case when own_broken_rule is null then 1 else 0 end',
                    ['updated_at desc', 'procedure_id'],
                ) }} > 1
                then 'procedure_code_repeated'
        end as broken_rule
    from sound

),

{{ versions_to_write(columns) }}

select * from final
