{{ standing_rejections(
    ref('int_shop__rejections'), amounts=['net_amount', 'payment_amount', 'refund_amount']
) }}
