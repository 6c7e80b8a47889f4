with procedures as (

    select * from {{ ref('int_clinic__valid_procedures') }}

),

members as (

    {{ members_of('procedure_id', ['procedures', ref('int_clinic__valid_encounter_procedures')]) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

final as (

    select
        {{ surrogate_key(['members.procedure_id']) }} as procedure_key,
        members.procedure_id,
        coalesce(procedures.cpt_code, 'Unknown') as cpt_code,
        coalesce(procedures.cpt_description, 'Unknown') as cpt_description,
        procedures.procedure_id is null as is_inferred
    from members
    left join procedures on members.procedure_id = procedures.procedure_id
    union all
    select
        member_key as procedure_key,
        cast(null as {{ dbt.type_int() }}) as procedure_id,
        label as cpt_code,
        label as cpt_description,
        false as is_inferred
    from default_members

)

select * from final
