{{ counted_rows(
    members={
        'customers': ref('stg_shop__customers'),
        'products': ref('stg_shop__products'),
    },
    rejected_members=ref('hist_shop__rejected_members'),
    histories={
        'orders': ref('hist_shop__orders'),
        'order_items': ref('hist_shop__order_items'),
        'payments': ref('hist_shop__payments'),
        'returns': ref('hist_shop__returns'),
    },
) }}
