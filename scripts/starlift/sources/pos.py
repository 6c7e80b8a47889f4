"""The stores' operational database: what their tills, stock rooms and personnel office write down."""

from starlift.sources.model import Check, Column, ForeignKey, Source, audited, one_of

TIERS = ("Bronze", "Silver", "Gold", "Platinum")
PRODUCT_STATUSES = ("Active", "Discontinued")
STORE_TYPES = ("Flagship", "Standard", "Outlet")
PAYMENT_METHODS = ("Card", "Cash", "Gift card")

POS = Source(
    "pos",
    "the stores",
    (
        audited(
            "suppliers",
            Column("supplier_id", "integer"),
            Column("supplier_name", "varchar(100)"),
            Column("city", "varchar(100)", nullable=True),
            Column("country", "varchar(60)", nullable=True),
            Column("contract_start", "date"),
            Column("contract_end", "date", nullable=True),
            Column("lead_time_days", "integer", nullable=True),
            unique=("supplier_name",),
            checks=(
                Check("suppliers_contract_in_order", "contract_end >= contract_start"),
                Check("suppliers_lead_time_not_negative", "lead_time_days >= 0"),
            ),
        ),
        audited(
            "categories",
            Column("category_id", "integer"),
            Column("category_name", "varchar(60)"),
            unique=("category_name",),
        ),
        audited(
            "subcategories",
            Column("subcategory_id", "integer"),
            Column("category_id", "integer"),
            Column("subcategory_name", "varchar(60)"),
            foreign_keys=(ForeignKey("category_id", "categories"),),
            unique=("subcategory_name",),
        ),
        audited(
            "brands",
            Column("brand_id", "integer"),
            Column("brand_name", "varchar(60)"),
            unique=("brand_name",),
        ),
        audited(
            "products",
            Column("product_id", "integer"),
            Column("sku", "varchar(20)"),
            Column("product_name", "varchar(120)"),
            Column("subcategory_id", "integer"),
            Column("brand_id", "integer"),
            Column("supplier_id", "integer"),
            Column("unit_cost", "decimal(12,2)"),
            Column("retail_price", "decimal(12,2)"),
            Column("status", "varchar(20)"),
            foreign_keys=(
                ForeignKey("subcategory_id", "subcategories"),
                ForeignKey("brand_id", "brands"),
                ForeignKey("supplier_id", "suppliers"),
            ),
            unique=("sku",),
            checks=(
                Check("products_cost_not_negative", "unit_cost >= 0"),
                Check("products_price_not_negative", "retail_price >= 0"),
                Check("products_status_known", one_of("status", PRODUCT_STATUSES)),
            ),
        ),
        audited(
            "stores",
            Column("store_id", "integer"),
            Column("store_name", "varchar(100)"),
            Column("store_type", "varchar(20)"),
            Column("city", "varchar(100)", nullable=True),
            Column("state", "char(2)", nullable=True),
            Column("region", "varchar(30)", nullable=True),
            Column("opened_on", "date"),
            Column("closed_on", "date", nullable=True),
            # an employee; no declared key, since employees refer to their store
            Column("manager_id", "integer", nullable=True),
            unique=("store_name",),
            checks=(
                Check("stores_type_known", one_of("store_type", STORE_TYPES)),
                Check("stores_closed_after_opened", "closed_on >= opened_on"),
            ),
        ),
        audited(
            "employees",
            Column("employee_id", "integer"),
            Column("first_name", "varchar(100)", nullable=True),
            Column("last_name", "varchar(100)", nullable=True),
            Column("position", "varchar(40)"),
            Column("department", "varchar(40)", nullable=True),
            Column("salary", "decimal(12,2)", nullable=True),
            Column("store_id", "integer"),
            # another employee, and null for whoever leads them all
            Column("manager_id", "integer", nullable=True),
            Column("hired_on", "date"),
            Column("left_on", "date", nullable=True),
            foreign_keys=(ForeignKey("store_id", "stores"),),
            checks=(
                Check("employees_salary_not_negative", "salary >= 0"),
                Check("employees_left_after_hired", "left_on >= hired_on"),
            ),
        ),
        audited(
            "customers",
            Column("customer_id", "integer"),
            Column("first_name", "varchar(100)", nullable=True),
            Column("last_name", "varchar(100)", nullable=True),
            Column("email", "varchar(150)", nullable=True),
            Column("phone", "varchar(40)", nullable=True),
            Column("city", "varchar(100)", nullable=True),
            Column("state", "char(2)", nullable=True),
            Column("postal_code", "varchar(10)", nullable=True),
            Column("tier", "varchar(20)"),
            Column("registered_on", "date"),
            checks=(Check("customers_tier_known", one_of("tier", TIERS)),),
        ),
        audited(
            "sales",
            Column("sale_id", "integer"),
            Column("store_id", "integer"),
            Column("employee_id", "integer"),
            # null for whoever shows no card
            Column("customer_id", "integer", nullable=True),
            Column("sold_at", "timestamp"),
            Column("payment_method", "varchar(20)"),
            foreign_keys=(
                ForeignKey("store_id", "stores"),
                ForeignKey("employee_id", "employees"),
                ForeignKey("customer_id", "customers"),
            ),
            checks=(Check("sales_payment_method_known", one_of("payment_method", PAYMENT_METHODS)),),
            indexes=(("sold_at",), ("customer_id", "sold_at")),
        ),
        audited(
            "sale_lines",
            Column("sale_line_id", "integer"),
            Column("sale_id", "integer"),
            Column("line_number", "integer"),
            Column("product_id", "integer"),
            Column("quantity", "integer"),
            Column("unit_price", "decimal(12,2)"),
            Column("discount_amount", "decimal(12,2)"),
            Column("line_total", "decimal(12,2)"),
            foreign_keys=(ForeignKey("sale_id", "sales"), ForeignKey("product_id", "products")),
            checks=(
                Check("sale_lines_quantity_positive", "quantity > 0"),
                Check("sale_lines_price_not_negative", "unit_price >= 0"),
                Check("sale_lines_discount_not_negative", "discount_amount >= 0"),
                Check("sale_lines_total_adds_up", "line_total = quantity * unit_price - discount_amount"),
            ),
            indexes=(("sale_id", "product_id"), ("product_id", "sale_id")),
        ),
        audited(
            "inventory",
            Column("inventory_id", "integer"),
            Column("store_id", "integer"),
            Column("product_id", "integer"),
            Column("inventory_date", "date"),
            Column("opening_quantity", "integer"),
            Column("received_quantity", "integer"),
            Column("sold_quantity", "integer"),
            # found, lost, broken or stolen
            Column("adjusted_quantity", "integer"),
            Column("closing_quantity", "integer"),
            foreign_keys=(ForeignKey("store_id", "stores"), ForeignKey("product_id", "products")),
            checks=(
                Check(
                    "inventory_adds_up",
                    "closing_quantity = "
                    "opening_quantity + received_quantity - sold_quantity + adjusted_quantity",
                ),
            ),
            indexes=(("inventory_date",), ("store_id", "product_id", "inventory_date")),
        ),
    ),
)
