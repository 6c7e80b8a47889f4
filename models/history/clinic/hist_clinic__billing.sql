{{
    config(
        pre_hook="{{ find_due_groups(
            ref('stg_clinic__billing'), 'claim_id', parent_id='encounter_id', parents=ref('hist_clinic__encounters')
        ) }}",
        post_hook=["{{ keep_blocks(ref('stg_clinic__billing')) }}", "{{ drop_due_table() }}"],
    )
}}
{%- set columns = [
    'claim_id', 'encounter_id', 'claim_status', 'claimed_amount', 'allowed_amount', 'claim_date', 'created_at', 'updated_at',
] %}
{%- set encounter_is_due = is_due(row_key('encounter_id'), key='group_key') if known_until() is not none %}

with billing as (

    {{ rows_of_source(ref('stg_clinic__billing'), 'claim_id', encounter_is_due, rows='rows') }}

),

encounters as (

    select * from {{ ref('hist_clinic__encounters') }}
    where known_to = {{ still_known() }} and broken_rule is null
    {%- if encounter_is_due %}
        and {{ is_due('row_key', key='group_key') }}
    {%- endif %}

),

claim_statuses as (

    select * from {{ ref('ref_claim_statuses') }}

),

numbered as (

    select
        *,
        {{ duplicate_number(
            'claim_id',
            ['updated_at desc', 'encounter_id', 'claimed_amount', 'allowed_amount', 'claim_date', 'created_at'],
            then_text=['claim_status'],
        ) }} as duplicate_number
    from billing

),

checked as (

    select
        {{ row_key('numbered.claim_id') }} as row_key,
        numbered.*,
        case
            when numbered.claim_id is null then 'claim_id_missing'
            when numbered.duplicate_number > 1 then 'claim_id_repeated'
            when encounters.row_key is null then 'claim_encounter_unknown'
            when numbered.claim_date is null then 'claim_date_missing'
            when not {{ in_calendar('numbered.claim_date') }} then 'claim_date_outside_calendar'
            when claim_statuses.claim_status is null then 'claim_status_unknown'
            when coalesce(numbered.claimed_amount, -1) < 0 then 'claim_amount_missing_or_negative'
            when numbered.allowed_amount < 0 then 'claim_allowed_negative'
            when numbered.allowed_amount > numbered.claimed_amount then 'claim_allowed_over_claimed'
        end as broken_rule
    from numbered
    left join encounters on numbered.encounter_id = encounters.row_key
    left join claim_statuses on numbered.claim_status = claim_statuses.claim_status

),

{{ versions_to_write(columns, due=rows_of_due_parents('encounter_id') if encounter_is_due) }}

select * from final
