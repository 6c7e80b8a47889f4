{{ standing_rejections(
    ref('int_clinic__rejections'), amounts=['claimed_amount', 'allowed_amount', 'revenue_amount']
) }}
