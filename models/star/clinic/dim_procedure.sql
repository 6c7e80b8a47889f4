{{
    config(
        materialized='incremental',
        unique_key='procedure_key',
        post_hook="{{ delete_inferred_members('procedure_id', [ref('int_clinic__valid_encounter_procedures')]) }}",
    )
}}
{%- set since = known_until() %}

with procedures as (

    select * from {{ ref('int_clinic__valid_procedures') }}

),

referenced as (

    {{ referenced_members(
        ref('hist_clinic__encounter_procedures'), 'procedure_id', since, held='procedure_id is not null'
    ) }}

),

members as (

    {{ members_of('procedure_id', ['procedures', 'referenced']) }}

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_members as (

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

),

{{ rows_to_write('all_members', 'procedure_key') }}

select * from final
