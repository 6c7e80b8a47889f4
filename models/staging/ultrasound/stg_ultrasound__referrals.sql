with source as (

    select * from {{ source('ultrasound', 'Referrals') }}

),

renamed as (

    select
        -- ids
        "ReferralID" as referral_id,
        "PatientID" as patient_id,
        "DoctorID" as doctor_id,

        -- text
        {{ clean_text('"ReferredTo"') }} as referred_to,
        {{ clean_text('"Reason"') }} as reason

    from source

)

select * from renamed
