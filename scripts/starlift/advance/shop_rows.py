"""New rows of the web shop: customers, and orders with their items and payments as far as they have come."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from starlift.advance.day import days_since_1970, dollars
from starlift.advance.dice import Dice
from starlift.advance.state import Row
from starlift.generate import rng
from starlift.generate.retail import shop_orders, shop_payments, shop_plan, typed, world
from starlift.generate.retail.shop_returns import RETURN_REASONS
from starlift.sources.shop import CHANNELS, DEVICES, PAYMENT_METHODS, PAYMENT_STATUSES, PAYMENT_TYPES

_FAILED_FIRST, _PART_GIFT = 12, 15  # of a hundred payments
_CHANNELS = rng.lookup(shop_orders.CHANNEL_SHARE)
_METHODS = rng.lookup(shop_orders.METHOD_SHARE)
_QUANTITIES = rng.lookup(shop_orders.QUANTITY_SHARE)
_ITEMS = rng.lookup(shop_plan.ITEMS_SHARE)
_REASONS = rng.lookup((25, 20, 13, 18, 20, 4))
TRANSFER = PAYMENT_METHODS[shop_orders.TRANSFER]
GIFT_CARD = PAYMENT_METHODS[shop_orders.GIFT_CARD]


# --- what is typed, one value at a time ---


def _one(number: int) -> np.ndarray:
    return np.array([number])


def phone(dice: Dice, ten_digits: str, ways: np.ndarray = typed.PHONE_WAYS) -> str | None:
    return typed.phones(pa.array([ten_digits]), _one(dice.of(ways)))[0].as_py()


def email(dice: Dice, address: str) -> str | None:
    return typed.emails(pa.array([address]), _one(dice.of(typed.EMAIL_WAYS)))[0].as_py()


def price(dice: Dice, cents: int) -> str | None:
    return typed.prices(_one(cents), _one(dice.of(typed.PRICE_WAYS)))[0].as_py()


def day_text(dice: Dice, day: date) -> str | None:
    return typed.dates(_one(days_since_1970(day)), _one(dice.of(typed.DATE_WAYS)))[0].as_py()


def digits(text: str | None) -> str:
    return re.sub(r"\D", "", text or "")


def address(dice: Dice) -> Row:
    made = world.address(np.array([dice.bits()], dtype=np.uint64))
    return {name: value[0].as_py() for name, value in made.items()}


def reason(dice: Dice) -> str | None:
    from_list: tuple[str | None, ...] = (*RETURN_REASONS, None)
    return from_list[dice.of(_REASONS)]


def customers(seed: int, dice: Dice, ids: Sequence[int], persons: Sequence[int]) -> list[Row]:
    """Rows of these people, without the times of their registration."""
    known = world.people(seed, np.array(persons, dtype=np.int64))
    email_way, phone_way = (
        np.array([dice.of(ways) for _ in ids]) for ways in (typed.EMAIL_WAYS, typed.PHONE_WAYS)
    )
    columns = {
        "email": typed.emails(known.email, email_way),
        "first_name": known.first_name,
        "last_name": known.last_name,
        "phone": typed.phones(known.phone, phone_way),
        "city": known.city,
        "state": known.state,
        "postal_code": known.postal_code,
    }
    texts = {name: column.to_pylist() for name, column in columns.items()}
    return [
        {"customer_id": number} | {name: column[place] for name, column in texts.items()}
        for place, number in enumerate(ids)
    ]


# --- orders ---


@dataclass
class Shelf:
    """What is sold now, and for how much; products are counted from 0."""

    seed: int
    ids: list[int]
    prices: dict[int, int]  # cents by product_id
    picked: np.ndarray
    companions: np.ndarray

    def pick(self, dice: Dice, first: int | None) -> int:
        """A product; something that goes with the first one of the order, now and then."""
        if first is not None and dice.chance(shop_orders.COMPANION):
            return int(self.companions[first])
        return dice.of(self.picked)


def shelf(seed: int, products: Sequence[Row]) -> Shelf:
    """Prices as they are typed, or the catalogue's where nothing that is a price is."""
    count = len(products)
    own = len(shop_plan.OWN_PRODUCTS)
    goods = world.products(seed, np.arange(count), world.supplier_count(count))
    usual = goods.retail_price.tolist()[: count - own] + [cents for _, _, cents in shop_plan.OWN_PRODUCTS]
    prices = {
        row["product_id"]: int(digits(row["list_price_text"]) or 0) or usual[place]
        for place, row in enumerate(products)
    }
    return Shelf(
        seed,
        [row["product_id"] for row in products],
        prices,
        shop_plan.picked(seed, count),
        shop_plan.companions(count),
    )


def net_cents(item: Row) -> int:
    """What an item costs in all."""
    whole: Decimal = item["unit_price"] * item["quantity"] - item["discount_amount"]
    return int(whole.scaleb(2))


def discount_cents(promotion: str | None, gross: int) -> int:
    """What a promotion takes off, rounded half up."""
    percent = next((off for code, off, _ in shop_plan.PROMOTIONS if code == promotion), 0)
    return (2 * gross * percent + 100) // 200


@dataclass
class NewOrder:
    """An order with its items and payments, whose ids are given when it is entered."""

    row: Row
    items: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(net_cents(item) for item in self.items)


def new_order(dice: Dice, goods: Shelf, order_id: int, customer_id: int, placed: datetime) -> NewOrder:
    """An order that has just been placed, with its items."""
    channel = dice.of(_CHANNELS)
    device = dice.of(rng.lookup(shop_orders.DEVICE_SHARE[channel]))
    promotion = None
    if dice.chance(shop_plan.PROMOTED):
        promotion = shop_plan.PROMOTIONS[dice.pick(shop_plan.good_in(placed.month))][0]
    made = NewOrder(
        {
            "order_id": order_id,
            "order_number": shop_orders.order_numbers(_one(order_id))[0].as_py(),
            "customer_id": customer_id,
            "channel": CHANNELS[channel],
            "device": None if device == len(DEVICES) else DEVICES[device],
            "promotion_code": promotion,
            "order_status": "Placed",
            "placed_at": placed,
            "paid_at": None,
            "shipped_at": None,
            "delivered_at": None,
            "cancelled_at": None,
        }
    )
    first = None
    for line in range(1, dice.of(_ITEMS) + 2):
        product = goods.pick(dice, first)
        first = product if first is None else first
        cents, quantity = goods.prices[goods.ids[product]], dice.of(_QUANTITIES) + 1
        made.items.append(
            {
                "order_id": order_id,
                "line_number": line,
                "product_id": goods.ids[product],
                "quantity": quantity,
                "unit_price": dollars(cents),
                "discount_amount": dollars(discount_cents(promotion, cents * quantity)),
            }
        )
    return made


def method(dice: Dice) -> str:
    return PAYMENT_METHODS[dice.of(_METHODS)]


def payment(order_id: int, how: str, cents: int, when: datetime, **what: int) -> Row:
    """A settled payment, unless `what` gives another kind or status."""
    kind, status = what.get("kind", shop_payments.PAYMENT), what.get("status", shop_payments.SETTLED)
    return {
        "order_id": order_id,
        "payment_type": PAYMENT_TYPES[kind],
        "payment_method": how,
        "payment_status": PAYMENT_STATUSES[status],
        "amount": dollars(cents),
        "paid_at": when,
    }


def failure(order_id: int, how: str, cents: int, when: datetime) -> Row:
    return payment(order_id, how, cents, when, status=shop_payments.FAILED)


def refund(order_id: int, how: str, cents: int, when: datetime) -> Row:
    return payment(order_id, how, cents, when, kind=shop_payments.REFUND)


def pay(dice: Dice, order_id: int, how: str, due: int, when: datetime) -> list[Row]:
    """All that it takes to pay an order: one payment, two with a gift card, a failed one before."""
    made: list[Row] = []
    if dice.chance(_FAILED_FIRST):
        made.append(failure(order_id, how, due, when))
    by_gift = due * dice.between(200, 600) // 1000
    if by_gift and how != GIFT_CARD and dice.chance(_PART_GIFT):
        made.append(payment(order_id, GIFT_CARD, by_gift, when))
        due -= by_gift
    made.append(payment(order_id, how, due, when))
    return made


def old_order(dice: Dice, made: NewOrder, now: datetime) -> None:
    """Let an order of the past come as far as it would have by now."""
    row = made.row
    row["paid_at"] = row["placed_at"] + timedelta(seconds=dice.between(20, 600))
    made.payments = pay(dice, row["order_id"], method(dice), made.due, row["paid_at"])
    row["order_status"] = "Paid"
    last = row["paid_at"]
    for status, column, days in (("Shipped", "shipped_at", 2), ("Delivered", "delivered_at", 5)):
        last += timedelta(seconds=dice.between(4 * 3600, days * 86_400))
        if last > now:
            break
        row[column], row["order_status"] = last, status
