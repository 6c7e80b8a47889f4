with care as (

    select * from {{ ref('int_ultrasound__care') }}

),

patients as (

    select * from {{ ref('dim_ultrasound_patient') }}

),

doctors as (

    select * from {{ ref('dim_ultrasound_doctor') }}

),

current_patients as (

    select * from {{ ref('dim_ultrasound_patient_current') }}

),

current_doctors as (

    select * from {{ ref('dim_ultrasound_doctor_current') }}

),

-- without a first day, or with one beyond all time, a record counts for the members as they are now
dated as (

    select
        *,
        cast(started_on as {{ dbt.type_timestamp() }}) as started_at
    from care

),

final as (

    select
        dated.care_kind,
        dated.source_id,
        coalesce(patients.patient_key, current_patients.patient_key, -1) as patient_key,
        coalesce(current_patients.patient_durable_key, -1) as patient_durable_key,
        case
            when dated.care_kind <> 'Referral' then -2
            else coalesce(doctors.doctor_key, current_doctors.doctor_key, -1)
        end as doctor_key,
        case
            when dated.care_kind <> 'Referral' then -2
            else coalesce(current_doctors.doctor_durable_key, -1)
        end as doctor_durable_key,
        dated.appointment_id,
        coalesce(case when {{ in_calendar('dated.started_on') }} then {{ date_key('dated.started_on') }} end, -1)
            as started_date_key,
        case
            when dated.care_kind not in ('Medical history', 'Medication', 'Treatment') then -2
            when dated.ended_on is null then -3
            when {{ in_calendar('dated.ended_on') }} then {{ date_key('dated.ended_on') }}
            else -1
        end as ended_date_key,
        dated.started_on,
        dated.ended_on,
        coalesce(dated.what, 'Unknown') as what,
        dated.detail,
        {{ audit_key() }} as audit_key
    from dated
    left join current_patients on dated.patient_id = current_patients.patient_id
    left join patients
        on
            dated.patient_id = patients.patient_id
            and {{ valid_at('patients', 'dated.started_at') }}
    left join current_doctors on dated.doctor_id = current_doctors.doctor_id
    left join doctors
        on
            dated.doctor_id = doctors.doctor_id
            and {{ valid_at('doctors', 'dated.started_at') }}

)

select * from final
