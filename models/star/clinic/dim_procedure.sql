with procedures as (

    select * from {{ ref('int_clinic__valid_procedures') }}

),

inferred as (

    {{ inferred_members('procedure_id', [ref('int_clinic__valid_encounter_procedures')], versions='procedures') }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

members as (

    select
        procedure_id,
        cpt_code,
        cpt_description,
        false as is_inferred
    from procedures
    union all
    select
        procedure_id,
        null as cpt_code,
        null as cpt_description,
        true as is_inferred
    from inferred

),

final as (

    select
        {{ surrogate_key(['procedure_id']) }} as procedure_key,
        procedure_id,
        coalesce(cpt_code, 'Unknown') as cpt_code,
        coalesce(cpt_description, 'Unknown') as cpt_description,
        is_inferred
    from members
    union all
    select
        member_key as procedure_key,
        cast(null as integer) as procedure_id,
        label as cpt_code,
        label as cpt_description,
        false as is_inferred
    from default_members

)

select * from final
