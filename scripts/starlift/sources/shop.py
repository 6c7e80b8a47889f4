"""The web shop's operational database: orders, payments and returns, and what people typed."""

from starlift.sources.model import Check, Column, ForeignKey, Source, audited, one_of

CHANNELS = ("Web", "App", "Marketplace")
DEVICES = ("Desktop", "Mobile", "Tablet")
ORDER_STATUSES = ("Placed", "Paid", "Shipped", "Delivered", "Cancelled")
PAYMENT_METHODS = ("Card", "PayPal", "Bank transfer", "Gift card")
PAYMENT_TYPES = ("Payment", "Refund")
PAYMENT_STATUSES = ("Settled", "Failed")
PRODUCT_STATUSES = ("Active", "Hidden")

SHOP = Source(
    "shop",
    "the web shop",
    (
        audited(
            "customers",
            Column("customer_id", "integer"),
            Column("email", "varchar(150)", nullable=True),
            Column("first_name", "varchar(100)", nullable=True),
            Column("last_name", "varchar(100)", nullable=True),
            # as it was typed
            Column("phone", "varchar(40)", nullable=True),
            Column("city", "varchar(100)", nullable=True),
            Column("state", "varchar(40)", nullable=True),
            Column("postal_code", "varchar(20)", nullable=True),
            Column("registered_at", "timestamp"),
        ),
        audited(
            "products",
            Column("product_id", "integer"),
            Column("sku", "varchar(40)"),
            Column("product_name", "varchar(150)"),
            # both as they were typed
            Column("category_text", "varchar(100)", nullable=True),
            Column("list_price_text", "varchar(30)", nullable=True),
            Column("status", "varchar(20)"),
            checks=(Check("products_status_known", one_of("status", PRODUCT_STATUSES)),),
        ),
        audited(
            "orders",
            Column("order_id", "integer"),
            Column("order_number", "varchar(20)"),
            Column("customer_id", "integer"),
            Column("channel", "varchar(20)"),
            Column("device", "varchar(20)", nullable=True),
            Column("promotion_code", "varchar(20)", nullable=True),
            Column("order_status", "varchar(20)"),
            Column("placed_at", "timestamp"),
            Column("paid_at", "timestamp", nullable=True),
            Column("shipped_at", "timestamp", nullable=True),
            Column("delivered_at", "timestamp", nullable=True),
            Column("cancelled_at", "timestamp", nullable=True),
            foreign_keys=(ForeignKey("customer_id", "customers"),),
            unique=("order_number",),
            checks=(
                Check("orders_channel_known", one_of("channel", CHANNELS)),
                Check("orders_device_known", one_of("device", DEVICES)),
                Check("orders_status_known", one_of("order_status", ORDER_STATUSES)),
                Check("orders_paid_after_placed", "paid_at >= placed_at"),
                Check("orders_shipped_after_paid", "shipped_at >= paid_at"),
                Check("orders_delivered_after_shipped", "delivered_at >= shipped_at"),
            ),
            indexes=(("placed_at",), ("customer_id", "placed_at")),
        ),
        audited(
            "order_items",
            Column("order_item_id", "integer"),
            Column("order_id", "integer"),
            Column("line_number", "integer"),
            Column("product_id", "integer"),
            Column("quantity", "integer"),
            Column("unit_price", "decimal(12,2)"),
            Column("discount_amount", "decimal(12,2)"),
            foreign_keys=(ForeignKey("order_id", "orders"), ForeignKey("product_id", "products")),
            checks=(
                Check("order_items_quantity_positive", "quantity > 0"),
                Check("order_items_price_not_negative", "unit_price >= 0"),
                Check("order_items_discount_not_negative", "discount_amount >= 0"),
            ),
            indexes=(("order_id", "product_id"), ("product_id", "order_id")),
        ),
        audited(
            "payments",
            Column("payment_id", "integer"),
            Column("order_id", "integer"),
            Column("payment_type", "varchar(20)"),
            Column("payment_method", "varchar(20)"),
            Column("payment_status", "varchar(20)"),
            # what was paid or paid back, never negative
            Column("amount", "decimal(12,2)"),
            Column("paid_at", "timestamp"),
            foreign_keys=(ForeignKey("order_id", "orders"),),
            checks=(
                Check("payments_type_known", one_of("payment_type", PAYMENT_TYPES)),
                Check("payments_method_known", one_of("payment_method", PAYMENT_METHODS)),
                Check("payments_status_known", one_of("payment_status", PAYMENT_STATUSES)),
                Check("payments_amount_not_negative", "amount >= 0"),
            ),
            indexes=(("paid_at",), ("order_id", "payment_type")),
        ),
        audited(
            "returns",
            Column("return_id", "integer"),
            Column("order_item_id", "integer"),
            Column("return_reason", "varchar(40)", nullable=True),
            Column("quantity", "integer"),
            Column("refund_amount", "decimal(12,2)"),
            # as the warehouse's clerks typed it
            Column("returned_on_text", "varchar(20)", nullable=True),
            foreign_keys=(ForeignKey("order_item_id", "order_items"),),
            checks=(
                Check("returns_quantity_positive", "quantity > 0"),
                Check("returns_refund_not_negative", "refund_amount >= 0"),
            ),
            indexes=(("order_item_id", "refund_amount"),),
        ),
    ),
)
