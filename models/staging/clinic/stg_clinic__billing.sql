with source as (

    select * from {{ source('clinic', 'billing') }}

),

renamed as (

    select
        -- ids
        billing_id as claim_id,
        encounter_id,

        -- text
        {{ clean_text('claim_status') }} as claim_status,

        -- amounts
        claim_amount as claimed_amount,
        allowed_amount,

        -- dates
        claim_date,

        -- audit
        created_at,
        updated_at

    from source

)

select * from renamed
