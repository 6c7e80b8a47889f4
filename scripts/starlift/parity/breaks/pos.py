"""How each rule of the stores' is broken."""

from starlift.parity.breaks.model import FAR_PAST, Breaks, OddTexts

BREAKS: Breaks = {
    "suppliers": (
        ("supplier_id_missing", {"supplier_id": "null", "supplier_name": "'without an id'"}),
        ("supplier_id_repeated", {"supplier_id": "supplier_id", "supplier_name": "'öther'"}),
        ("supplier_name_missing", {"supplier_name": "'  '"}),
        ("supplier_contract_start_missing", {"contract_start": "null"}),
        ("supplier_contract_ends_before_start", {"contract_end": "contract_start - 1"}),
        ("supplier_lead_time_negative", {"lead_time_days": "-1"}),
        (None, {"contract_end": "contract_start", "lead_time_days": "null"}),
        (None, {"lead_time_days": "0"}),
    ),
    "categories": (
        ("category_id_missing", {"category_id": "null"}),
        ("category_id_repeated", {"category_id": "category_id"}),
        ("category_name_missing", {"category_name": "null"}),
        (None, {"category_name": "'Überraschung'"}),
    ),
    "subcategories": (
        ("subcategory_id_missing", {"subcategory_id": "null"}),
        ("subcategory_id_repeated", {"subcategory_id": "subcategory_id"}),
        ("subcategory_name_missing", {"subcategory_name": "''"}),
        ("subcategory_category_missing", {"subcategory_name": "'of nothing'", "category_id": "null"}),
        (None, {"subcategory_name": "'of what is not there'", "category_id": "987654"}),
    ),
    "brands": (
        ("brand_id_missing", {"brand_id": "null"}),
        ("brand_id_repeated", {"brand_id": "brand_id"}),
        ("brand_name_missing", {"brand_name": "null"}),
    ),
    "products": (
        ("product_id_missing", {"product_id": "null", "sku": "'N-1'"}),
        ("product_id_repeated", {"product_id": "product_id", "status": "'Discontinued'"}),
        ("product_sku_missing", {"sku": "' '"}),
        ("product_cost_missing_or_negative", {"sku": "'N-2'", "unit_cost": "null"}),
        ("product_cost_missing_or_negative", {"sku": "'N-3'", "unit_cost": "-0.01"}),
        ("product_price_missing_or_negative", {"sku": "'N-4'", "retail_price": "null"}),
        ("product_price_missing_or_negative", {"sku": "'N-5'", "retail_price": "-0.01"}),
        ("product_status_unknown", {"sku": "'N-6'", "status": "'active'"}),
        # a second record of the product
        (None, {"sku": "lower(sku) || ' '", "product_name": "'the same'"}),
        # attributes that are not there
        (None, {"sku": "'Ä-1'", "subcategory_id": "987654", "brand_id": "987654", "supplier_id": "987654"}),
        (None, {"sku": "'Ä-2'", "product_name": "null", "subcategory_id": "null", "supplier_id": "null"}),
    ),
    "stores": (
        ("store_id_missing", {"store_id": "null"}),
        ("store_id_repeated", {"store_id": "store_id", "city": "null"}),
        ("store_name_missing", {"store_name": "null"}),
        ("store_opening_missing", {"opened_on": "null"}),
        ("store_closes_before_opening", {"closed_on": "opened_on - 1"}),
        ("store_type_unknown", {"store_type": "'outlet'"}),
        (None, {"store_type": "null", "closed_on": "opened_on"}),
    ),
    "employees": (
        ("employee_id_missing", {"employee_id": "null"}),
        ("employee_id_repeated", {"employee_id": "employee_id", "salary": "0"}),
        ("employee_store_missing", {"store_id": "null"}),
        ("employee_salary_negative", {"salary": "-0.01"}),
        ("employee_leaves_before_start", {"left_on": "hired_on - 1"}),
        (None, {"store_id": "987654", "salary": "null", "left_on": "hired_on"}),
    ),
    "customers": (
        ("customer_id_missing", {"customer_id": "null"}),
        ("customer_id_repeated", {"customer_id": "customer_id", "city": "'Ångström'"}),
        # of equal content, twice
        ("customer_id_repeated", {"customer_id": "customer_id"}),
        ("customer_tier_unknown", {"tier": "'Diamond'"}),
        ("customer_tier_unknown", {"tier": "lower(tier)"}),
        ("customer_tier_unknown", {"tier": "null"}),
        (None, {"email": "'ONE@example.org '", "phone": "null", "tier": "tier || ' '"}),
    ),
    "sales": (
        ("sale_id_missing", {"sale_id": "null"}),
        ("sale_id_repeated", {"sale_id": "sale_id", "payment_method": "'Cash'"}),
        ("sale_store_missing", {"store_id": "null"}),
        ("sale_employee_missing", {"employee_id": "null"}),
        ("sale_time_missing", {"sold_at": "null"}),
        ("sale_time_outside_calendar", {"sold_at": FAR_PAST}),
        # members that are not there
        (None, {"store_id": "987654", "employee_id": "987655", "customer_id": "987656"}),
    ),
    "sale_lines": (
        ("sale_line_id_missing", {"sale_line_id": "null", "line_number": "901"}),
        ("sale_line_id_repeated", {"sale_line_id": "sale_line_id", "line_number": "902"}),
        ("sale_line_sale_unknown", {"sale_id": "987654"}),
        ("sale_line_sale_unknown", {"sale_id": "null"}),
        ("sale_line_product_missing", {"product_id": "null"}),
        ("sale_line_quantity_not_positive", {"quantity": "0", "line_total": "-discount_amount"}),
        ("sale_line_quantity_not_positive", {"quantity": "null"}),
        ("sale_line_price_missing_or_negative", {"unit_price": "null"}),
        ("sale_line_price_missing_or_negative", {"unit_price": "-0.01"}),
        ("sale_line_discount_missing_or_negative", {"discount_amount": "null"}),
        ("sale_line_discount_missing_or_negative", {"discount_amount": "-0.01"}),
        (
            "sale_line_discount_over_price",
            {"discount_amount": "quantity * unit_price + 0.01", "line_total": "-0.01"},
        ),
        ("sale_line_total_wrong", {"line_total": "line_total + 0.01"}),
        ("sale_line_total_wrong", {"line_total": "null"}),
        ("sale_line_number_repeated", {}),
    ),
    "inventory": (
        ("inventory_id_missing", {"inventory_id": "null"}),
        ("inventory_id_repeated", {"inventory_id": "inventory_id"}),
        ("inventory_store_missing", {"store_id": "null"}),
        ("inventory_product_missing", {"product_id": "null"}),
        ("inventory_day_missing", {"inventory_date": "null"}),
        ("inventory_day_outside_calendar", {"inventory_date": "date '9999-12-31'"}),
        ("inventory_quantity_missing", {"opening_quantity": "null"}),
        ("inventory_quantity_missing", {"received_quantity": "null"}),
        ("inventory_quantity_missing", {"sold_quantity": "null"}),
        ("inventory_quantity_missing", {"adjusted_quantity": "null"}),
        ("inventory_quantity_missing", {"closing_quantity": "null"}),
        ("inventory_total_wrong", {"closing_quantity": "closing_quantity + 1"}),
        ("inventory_day_repeated", {}),
    ),
}

ODD_TEXTS = OddTexts(
    "customers", ("last_name", "city"), "customer_tier_unknown", {"first_name": "$1", "tier": "'Q'"}
)
