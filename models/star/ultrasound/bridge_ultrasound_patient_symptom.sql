with patients as (

    select * from {{ ref('dim_ultrasound_patient_current') }}

),

members as (

    select * from {{ ref('dim_ultrasound_symptom') }}

),

-- several entries of one are one
held as (

    select
        patient_id,
        what,
        count(*) as entry_count,
        min(started_on) as first_day,
        case when count(*) = count(ended_on) then max(ended_on) end as last_day
    from {{ ref('int_ultrasound__care') }}
    where care_kind = 'Symptom' and patient_id is not null
    group by patient_id, what

),

numbered as (

    select
        *,
        row_number() over (partition by patient_id order by {{ in_code_order('what') }}) as member_number,
        count(*) over (partition by patient_id) as member_count
    from held

),

final as (

    select
        patients.patient_durable_key,
        coalesce(members.symptom_key, -2) as symptom_key,
        numbered.first_day,
        numbered.last_day,
        cast(coalesce(numbered.entry_count, 0) as {{ dbt.type_int() }}) as entry_count,
        {{ weighting_factor('numbered.member_number', 'coalesce(numbered.member_count, 0)') }} as weighting_factor,
        {{ audit_key() }} as audit_key
    from patients
    left join numbered on patients.patient_id = numbered.patient_id
    left join members on numbered.what = members.symptom

)

select * from final
