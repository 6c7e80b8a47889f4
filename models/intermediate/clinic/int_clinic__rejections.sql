{#- what a row is known by as long as it stands; without a primary key by all that it says -#}
{%- set rejected_row = [
    'source_table', 'row_key', 'duplicate_number', 'broken_rule', 'case when source_key is null then row_text end',
] | join(', ') %}
{%- set also = ['row_key', 'duplicate_number', 'known_from', 'known_to'] %}
{%- set other_columns = ['source_table', 'source_key', 'row_text', 'updated_at'] + also + ['broken_rule'] %}

with members as (

    select * from {{ ref('hist_clinic__rejected_members') }}

),

diagnoses as (

    {{ rejected_rows(ref('hist_clinic__diagnoses'), 'diagnoses', 'diagnosis_id', [
        'diagnosis_id', 'icd10_code', 'icd10_description',
    ], also=also) }}

),

procedures as (

    {{ rejected_rows(ref('hist_clinic__procedures'), 'procedures', 'procedure_id', [
        'procedure_id', 'cpt_code', 'cpt_description',
    ], also=also) }}

),

encounters as (

    {{ rejected_rows(ref('hist_clinic__encounters'), 'encounters', 'encounter_id', [
        'encounter_id', 'patient_id', 'provider_id', 'department_id', 'encounter_type', 'started_at', 'discharged_at',
    ], timestamps=['started_at', 'discharged_at'], also=also) }}

),

encounter_diagnoses as (

    {{ rejected_rows(
        ref('hist_clinic__encounter_diagnoses'), 'encounter_diagnoses', 'encounter_diagnosis_id', [
        'encounter_diagnosis_id', 'encounter_id', 'diagnosis_id', 'diagnosis_sequence',
    ], also=also) }}

),

encounter_procedures as (

    {{ rejected_rows(
        ref('hist_clinic__encounter_procedures'), 'encounter_procedures', 'encounter_procedure_id', [
        'encounter_procedure_id', 'encounter_id', 'procedure_id', 'procedure_date',
    ], also=also) }}

),

billing as (

    {{ rejected_rows(ref('hist_clinic__billing'), 'billing', 'claim_id', [
        'claim_id', 'encounter_id', 'claim_status', 'claimed_amount', 'allowed_amount', 'claim_date',
    ], also=also + ['claimed_amount', 'allowed_amount', 'claim_status']) }}

),

versions as (

    {%- for rejected in [
        'members', 'diagnoses', 'procedures', 'encounters', 'encounter_diagnoses', 'encounter_procedures',
    ] %}
    select
        {{ other_columns | join(',\n        ') }},
        cast(null as decimal(12, 2)) as claimed_amount,
        cast(null as decimal(12, 2)) as allowed_amount,
        cast(null as decimal(12, 2)) as revenue_amount
    from {{ rejected }}
    union all
    {%- endfor %}
    select
        {{ other_columns | join(',\n        ') }},
        claimed_amount,
        allowed_amount,
        cast(case when claim_status <> 'Denied' then allowed_amount end as decimal(12, 2)) as revenue_amount
    from billing

),

-- a row that is edited and breaks the same rule as before has not left the quarantine in between
marked as (

    select
        *,
        case
            when known_from = lag(known_to) over (partition by {{ rejected_row }} order by known_from, known_to) then 0
            else 1
        end as is_first_of_stay
    from versions

),

numbered as (

    select
        *,
        sum(is_first_of_stay) over (
            partition by {{ rejected_row }}
            order by known_from, known_to
            rows between unbounded preceding and current row
        ) as stay_number
    from marked

),

-- of each stay the first run, and the last of the versions
stays as (

    select
        *,
        min(known_from) over (partition by {{ rejected_row }}, stay_number) as rejected_in_run,
        row_number() over (
            partition by {{ rejected_row }}, stay_number
            order by known_from desc, known_to desc
        ) as from_the_newest
    from numbered

),

rules as (

    select * from {{ ref('ref_clinic_rules') }}

),

batches as (

    select * from {{ run_batches_relation() }}
    where source_name = 'clinic'

),

final as (

    select
        stays.source_table,
        stays.source_key,
        stays.broken_rule as rule_id,
        rules.reason,
        stays.row_text,
        stays.claimed_amount,
        stays.allowed_amount,
        stays.revenue_amount,
        stays.updated_at,
        stays.rejected_in_run,
        came_with.load_id as rejected_in_load,
        came_with.extracted_at as rejected_since,
        case when stays.known_to <> {{ still_known() }} then stays.known_to end as left_in_run,
        left_with.load_id as left_in_load,
        left_with.extracted_at as left_at
    from stays
    left join rules on stays.broken_rule = rules.rule_id
    left join batches as came_with on stays.rejected_in_run = came_with.audit_key
    left join batches as left_with on stays.known_to = left_with.audit_key
    where stays.from_the_newest = 1

)

select * from final
