"""How each rule of the web shop's is broken."""

from starlift.parity.breaks.model import FAR_FUTURE, FAR_PAST, Breaks, OddTexts

BREAKS: Breaks = {
    "customers": (
        ("account_id_missing", {"customer_id": "null"}),
        ("account_id_repeated", {"customer_id": "customer_id", "city": "'Ångström'"}),
        # nothing to find out by who it is
        (None, {"email": "' '", "phone": "'12345'", "last_name": "null", "registered_at": "null"}),
    ),
    "products": (
        ("item_id_missing", {"product_id": "null", "sku": "'N-1'"}),
        ("item_id_repeated", {"product_id": "product_id", "list_price_text": "'9.99'"}),
        ("item_sku_missing", {"sku": "null"}),
        ("item_status_unknown", {"sku": "'N-2'", "status": "'hidden'"}),
        ("item_status_unknown", {"sku": "'N-3'", "status": "null"}),
        # a second record of the product
        (None, {"list_price_text": "'9.98'"}),
        (None, {"sku": "'Ä-3'", "category_text": "null", "list_price_text": "'free'"}),
    ),
    "orders": (
        ("order_id_missing", {"order_id": "null"}),
        ("order_id_repeated", {"order_id": "order_id", "device": "null"}),
        ("order_customer_missing", {"customer_id": "null"}),
        ("order_time_missing", {"placed_at": "null"}),
        ("order_time_outside_calendar", {"placed_at": FAR_PAST}),
        ("order_channel_unknown", {"channel": "'web'"}),
        ("order_channel_unknown", {"channel": "null"}),
        ("order_status_unknown", {"order_status": "'Löst'"}),
        ("order_status_unknown", {"order_status": "null"}),
        ("order_later_time_outside_calendar", {"delivered_at": FAR_FUTURE}),
        ("order_later_time_outside_calendar", {"cancelled_at": FAR_FUTURE}),
        ("order_times_out_of_order", {"paid_at": "placed_at - interval 1 microsecond"}),
        ("order_times_out_of_order", {"shipped_at": "placed_at - interval 1 microsecond"}),
        ("order_times_out_of_order", {"cancelled_at": "placed_at - interval 1 microsecond"}),
        # a member that is not there, and all at one moment
        (None, {"customer_id": "987654"}),
        (
            None,
            {
                "device": "'Fridge'",
                "promotion_code": "' '",
                "paid_at": "null",
                "shipped_at": "null",
                "delivered_at": "placed_at",
                "cancelled_at": "placed_at",
            },
        ),
    ),
    "order_items": (
        ("order_item_id_missing", {"order_item_id": "null", "line_number": "901"}),
        ("order_item_id_repeated", {"order_item_id": "order_item_id", "line_number": "902"}),
        ("order_item_order_unknown", {"order_id": "987654"}),
        ("order_item_order_unknown", {"order_id": "null"}),
        ("order_item_product_missing", {"product_id": "null"}),
        ("order_item_quantity_not_positive", {"quantity": "0", "discount_amount": "0"}),
        ("order_item_quantity_not_positive", {"quantity": "null"}),
        ("order_item_price_missing_or_negative", {"unit_price": "null"}),
        ("order_item_price_missing_or_negative", {"unit_price": "-0.01", "discount_amount": "0"}),
        ("order_item_discount_missing_or_negative", {"discount_amount": "null"}),
        ("order_item_discount_missing_or_negative", {"discount_amount": "-0.01"}),
        ("order_item_discount_over_price", {"discount_amount": "quantity * unit_price + 0.01"}),
        ("order_item_number_repeated", {}),
        (None, {"line_number": "null", "product_id": "987654", "discount_amount": "quantity * unit_price"}),
    ),
    "payments": (
        ("payment_id_missing", {"payment_id": "null"}),
        ("payment_id_repeated", {"payment_id": "payment_id", "payment_method": "'Gift card'"}),
        ("payment_order_unknown", {"order_id": "987654"}),
        ("payment_order_unknown", {"order_id": "null"}),
        ("payment_type_unknown", {"payment_type": "'refund'"}),
        ("payment_type_unknown", {"payment_type": "null"}),
        ("payment_status_unknown", {"payment_status": "'Löst'"}),
        ("payment_status_unknown", {"payment_status": "null"}),
        ("payment_amount_missing_or_negative", {"amount": "null"}),
        ("payment_amount_missing_or_negative", {"amount": "-9999999999.99"}),
        ("payment_time_missing", {"paid_at": "null"}),
        ("payment_time_outside_calendar", {"paid_at": FAR_FUTURE}),
        (None, {"amount": "0", "payment_status": "'Failed'"}),
    ),
    "returns": (
        ("return_id_missing", {"return_id": "null"}),
        ("return_id_repeated", {"return_id": "return_id", "return_reason": "null"}),
        ("return_item_unknown", {"order_item_id": "987654"}),
        ("return_item_unknown", {"order_item_id": "null"}),
        ("return_quantity_not_positive", {"quantity": "0"}),
        ("return_quantity_not_positive", {"quantity": "null"}),
        ("return_quantity_over_ordered", {"quantity": "987654"}),
        ("return_refund_missing_or_negative", {"refund_amount": "null"}),
        ("return_refund_missing_or_negative", {"refund_amount": "-0.01"}),
        ("return_day_unreadable", {"returned_on_text": "null"}),
        ("return_day_unreadable", {"returned_on_text": "'2025-02-29'"}),
        ("return_day_outside_calendar", {"returned_on_text": "'1999-12-31'"}),
        ("return_before_order", {"returned_on_text": "'2000-01-01'"}),
        (
            "return_quantity_used_up",
            {
                "quantity": "(select items.quantity from order_items as items "
                "where items.order_item_id = returns.order_item_id)",
                "returned_on_text": "'2040-12-31'",
            },
        ),
    ),
}

ODD_TEXTS = OddTexts(
    "products",
    ("product_name", "category_text"),
    "item_status_unknown",
    {"product_name": "$1", "sku": "'odd ' || $2", "status": "'Q'"},
)
