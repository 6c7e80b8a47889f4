"""Orders and their items, one chunk at a time, as far as each has come by now."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from starlift.generate import rng
from starlift.generate.files import arrow_schema, chosen, integers, money, stamps
from starlift.generate.period import DAY
from starlift.generate.retail import typed
from starlift.generate.retail.shop_plan import PROMOTIONS, Plan
from starlift.sources import SHOP
from starlift.sources.shop import (
    CHANNELS,
    DEVICES,
    ORDER_STATUSES,
)

PLACED, PAID, SHIPPED, DELIVERED, CANCELLED = range(5)
WEB, APP, MARKETPLACE = range(3)
CARD, PAYPAL, TRANSFER, GIFT_CARD = range(4)
NEVER = np.int64(1) << 40  # a second that does not come

CHANNEL_SHARE = (58, 30, 12)
# By channel: desktop, mobile, tablet, not told.
DEVICE_SHARE = ((62, 30, 8, 0), (0, 88, 12, 0), (30, 25, 5, 40))
METHOD_SHARE = (66, 24, 7, 3)
QUANTITY_SHARE = (78, 15, 5, 2)
# Of a hundred orders: cancelled before they are paid, and after.
_UNPAID, _CALLED_OFF = 3, 2
COMPANION = 28  # of a hundred further items


@cache
def _tables() -> dict[str, np.ndarray]:
    """What a 16-bit number stands for."""
    return {
        "channel": rng.lookup(CHANNEL_SHARE),
        "device": np.stack([rng.lookup(row) for row in DEVICE_SHARE]),
        "method": rng.lookup(METHOD_SHARE),
        "quantity": rng.lookup(QUANTITY_SHARE) + 1,
        "percent": np.array([percent for _, percent, _ in PROMOTIONS] + [0]),
    }


def order_numbers(order_id: np.ndarray) -> pa.Array:
    """Ten characters that no two orders share (the factor has no divisor with 10**8)."""
    return typed.joined("W-", typed.padded(order_id.astype(np.int64) * 36_048_817 % 100_000_000, 8))


def table(name: str, *columns: pa.Array) -> pa.Table:
    """The columns, in the order of the source's description."""
    return pa.table(list(columns), names=arrow_schema(SHOP.table(name)).names)


def known(values: tuple[str, ...], index: np.ndarray) -> pa.Array:
    """`values[index]`, where -1 stands for null."""
    there = pa.array(index.astype(np.int16), mask=index < 0)
    return pa.DictionaryArray.from_arrays(there, pa.array(list(values)))


@dataclass(frozen=True)
class Orders:
    """Parallel arrays of one chunk, an entry per order; times that have not come lie after now."""

    number: np.ndarray  # from 0
    customer: np.ndarray
    channel: np.ndarray
    device: np.ndarray
    promotion: np.ndarray
    method: np.ndarray
    placed: np.ndarray
    paid: np.ndarray
    shipped: np.ndarray
    delivered: np.ndarray
    cancelled: np.ndarray
    created: np.ndarray

    def status(self, now: int) -> np.ndarray:
        found = np.full(len(self.number), PLACED)
        for status, when in ((PAID, self.paid), (SHIPPED, self.shipped), (DELIVERED, self.delivered)):
            found = np.where(when <= now, status, found)
        return np.where(self.cancelled <= now, CANCELLED, found)


@dataclass(frozen=True)
class Items:
    """Parallel arrays, an entry per item; `order` is the position within the chunk."""

    order: np.ndarray
    line: np.ndarray  # from 0
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    discount: np.ndarray

    @property
    def net(self) -> np.ndarray:
        return self.price * self.quantity - self.discount


def make_orders(plan: Plan, lo: int, hi: int) -> Orders:
    number = np.arange(lo, hi)

    def bits(purpose: str) -> np.ndarray:
        return rng.draw(rng.key(plan.seed, f"shop {purpose}"), number)

    tables, how, ways = _tables(), bits("order"), bits("order's way")
    placed = plan.placed(number)
    channel = tables["channel"][rng.part(how, 0)]
    device = tables["device"][channel, rng.part(how, 1)].astype(np.int64)
    # A bank transfer takes days, all others minutes.
    method = tables["method"][rng.part(how, 3)].astype(np.int64)
    paid_after = 20 + rng.part(how, 2).astype(np.int64) % 600
    paid_after = np.where(method == TRANSFER, DAY // 3 + paid_after * 400, paid_after)
    paid = placed + paid_after
    shipped = paid + 4 * 3600 + (rng.part(ways, 0).astype(np.int64) * rng.part(ways, 1)) // 12_000
    delivered = shipped + DAY + rng.part(ways, 2).astype(np.int64) * 7

    fate = rng.scale16(rng.part(ways, 3), 100)
    ends = bits("order's end")
    unpaid, called_off = fate < _UNPAID, fate >= 100 - _CALLED_OFF
    cancelled = np.where(unpaid, placed + 3600 + rng.part(ends, 0).astype(np.int64) * 4, NEVER)
    cancelled = np.where(called_off, paid + (shipped - paid) * rng.part(ends, 1) // 65_536, cancelled)
    never_sent = unpaid | called_off
    # Marketplaces tell of their orders later, some a day or two.
    late = rng.part(ends, 2).astype(np.int64)
    entered = np.where(
        channel == MARKETPLACE, placed + np.where(late < 13_000, late * 13, late // 40), placed
    )
    return Orders(
        number=number,
        customer=plan.buyer(bits("buyer"), placed),
        channel=channel,
        device=np.where(device == len(DEVICES), -1, device),
        promotion=plan.promotion(bits("promotion"), placed),
        method=method,
        placed=placed,
        paid=np.where(unpaid, NEVER, paid),
        shipped=np.where(never_sent, NEVER, shipped),
        delivered=np.where(never_sent, NEVER, delivered),
        cancelled=cancelled,
        created=np.minimum(entered, plan.period.now),
    )


def make_items(plan: Plan, orders: Orders) -> Items:
    count = plan.item_count[orders.number].astype(np.int64)
    first = np.cumsum(count) - count
    order = np.repeat(np.arange(len(count)), count)
    line = np.arange(len(order)) - first[order]
    goods, tables = plan.assortment, _tables()
    bits = rng.draw(rng.key(plan.seed, "shop item"), orders.number[order] * 8 + line)
    own = goods.picked[rng.part(bits, 0)]
    beside = (line > 0) & (rng.scale16(rng.part(bits, 1), 100) < COMPANION)
    product = np.where(beside, goods.companion[own[first[order]]], own)
    quantity = tables["quantity"][rng.part(bits, 2)].astype(np.int64)
    price = goods.price_at(product, orders.placed[order])
    percent = tables["percent"][orders.promotion[order]]
    discount = (2 * price * quantity * percent + 100) // 200
    return Items(order, line, product, quantity, price, discount)


def order_table(plan: Plan, orders: Orders) -> pa.Table:
    now = plan.period.now
    steps = (orders.paid, orders.shipped, orders.delivered, orders.cancelled)
    updated = orders.created
    for step in steps:
        updated = np.where(step <= now, np.maximum(updated, step), updated)
    return table(
        "orders",
        integers(orders.number + 1),
        order_numbers(orders.number + 1),
        integers(orders.customer + 1),
        chosen(orders.channel, CHANNELS),
        known(DEVICES, orders.device),
        known(tuple(code for code, _, _ in PROMOTIONS), orders.promotion),
        chosen(orders.status(now), ORDER_STATUSES),
        stamps(orders.placed),
        *(stamps(step, step <= now) for step in steps),
        stamps(orders.created),
        stamps(updated),
    )


def item_table(orders: Orders, items: Items) -> pa.Table:
    entered = stamps(orders.created[items.order])
    return table(
        "order_items",
        integers(np.arange(1, len(items.order) + 1)),
        integers(orders.number[items.order] + 1),
        integers(items.line + 1),
        integers(items.product + 1),
        integers(items.quantity),
        money(items.price),
        money(items.discount),
        entered,
        entered,
    )
