with source as (

    select * from {{ source('ultrasound', 'Billing') }}

),

renamed as (

    select
        -- ids
        "BillingID" as bill_id,
        "PatientID" as patient_id,
        "AppointmentID" as appointment_id,

        -- text
        {{ clean_text('"PaymentStatus"') }} as payment_status,

        -- numbers
        "TotalAmount" as billed_amount

    from source

)

select * from renamed
