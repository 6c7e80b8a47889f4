with source as (

    select * from {{ source('ultrasound', 'Medical_History') }}

),

renamed as (

    select
        -- ids
        "HistoryID" as history_id,
        "PatientID" as patient_id,

        -- text
        {{ clean_text('"Condition"') }} as condition_name,

        -- dates
        "StartDate" as started_on,
        "EndDate" as ended_on

    from source

)

select * from renamed
