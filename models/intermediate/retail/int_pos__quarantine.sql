{{ standing_rejections(
    ref('int_pos__rejections'), amounts=['net_amount']
) }}
