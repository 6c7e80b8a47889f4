with rejections as (

    select * from {{ ref('int_clinic__rejections') }}

),

final as (

    select
        source_table,
        source_key,
        rule_id,
        reason,
        row_text,
        claimed_amount,
        allowed_amount,
        revenue_amount,
        updated_at,
        rejected_in_run,
        rejected_in_load,
        rejected_since
    from rejections
    where left_in_run is null

)

select * from final
