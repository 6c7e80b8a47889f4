"""What is paid and paid back: settled payments of a paid order are its items' net price, to the cent."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from starlift.generate import rng
from starlift.generate.files import chosen, integers, money, stamps
from starlift.generate.period import DAY
from starlift.generate.retail.shop_orders import GIFT_CARD, NEVER, Items, Orders, table
from starlift.generate.retail.shop_plan import Plan
from starlift.generate.retail.shop_returns import Returns
from starlift.sources.shop import PAYMENT_METHODS, PAYMENT_STATUSES, PAYMENT_TYPES

PAYMENT, REFUND = range(2)
SETTLED, FAILED = range(2)

# Of a hundred orders: paid partly by gift card, and failed at the first attempt.
_PART_GIFT, _FAILED_FIRST = 9, 7
_FAILED_FOR_GOOD = 45  # of a hundred orders that were never paid


@dataclass(frozen=True)
class Payments:
    """Parallel arrays; `order` is the position within the chunk, `when` a second that may not have come."""

    order: np.ndarray
    kind: np.ndarray
    method: np.ndarray
    status: np.ndarray
    cents: np.ndarray
    when: np.ndarray


def make_payments(plan: Plan, orders: Orders, items: Items, returns: Returns) -> Payments:
    """All there are by now, order by order: failed ones, settled ones, what was paid back."""
    count = len(orders.number)
    bits = rng.draw(rng.key(plan.seed, "shop payment"), orders.number)
    more = rng.draw(rng.key(plan.seed, "shop payment's way"), orders.number)
    due = np.zeros(count, dtype=np.int64)
    np.add.at(due, items.order, items.net)
    never_paid = orders.paid == NEVER

    gift_cents = due * (200 + rng.scale16(rng.part(bits, 1), 400)) // 1000
    part_gift = (
        (rng.scale16(rng.part(bits, 2), 100) < _PART_GIFT) & (orders.method != GIFT_CARD) & (gift_cents > 0)
    )
    gift_cents = np.where(part_gift, gift_cents, 0)
    fails = rng.scale16(rng.part(bits, 3), 100) < np.where(never_paid, _FAILED_FOR_GOOD, _FAILED_FIRST)
    tried = orders.placed + np.where(never_paid, 45, (orders.paid - orders.placed) // 2)
    # Paid back within the hours after a cancellation, and within the days after a return.
    cancelled_back = orders.cancelled + 600 + rng.part(more, 0).astype(np.int64)
    back = (orders.cancelled < NEVER) & ~never_paid
    returned_back = returns.entered + (1 + rng.part(returns.bits, 1) % 4).astype(np.int64) * DAY // 2

    def of(rows: np.ndarray, what: tuple[int, int], how: np.ndarray, *amounts: np.ndarray) -> Payments:
        kind, status = (np.full(len(rows), value) for value in what)
        return Payments(rows, kind, how[rows], status, *amounts)

    failed, gifted, paid, refunded = (
        np.flatnonzero(which) for which in (fails, part_gift & ~never_paid, ~never_paid, back)
    )
    by_gift = np.full(count, GIFT_CARD)
    parts = (
        of(failed, (PAYMENT, FAILED), orders.method, due[failed], tried[failed]),
        of(gifted, (PAYMENT, SETTLED), by_gift, gift_cents[gifted], orders.paid[gifted]),
        of(paid, (PAYMENT, SETTLED), orders.method, (due - gift_cents)[paid], orders.paid[paid]),
        of(refunded, (REFUND, SETTLED), orders.method, due[refunded], cancelled_back[refunded]),
        of(returns.order, (REFUND, SETTLED), orders.method, returns.refund, returned_back),
    )
    whole = Payments(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Payments)))
    there = np.flatnonzero(whole.when <= plan.period.now)
    there = there[np.argsort(whole.order[there], kind="stable")]
    return Payments(*(getattr(whole, f.name)[there] for f in fields(Payments)))


def payment_table(payments: Payments, orders: Orders) -> pa.Table:
    entered = stamps(np.maximum(payments.when, orders.created[payments.order]))
    return table(
        "payments",
        integers(np.arange(1, len(payments.order) + 1)),
        integers(orders.number[payments.order] + 1),
        chosen(payments.kind, PAYMENT_TYPES),
        chosen(payments.method, PAYMENT_METHODS),
        chosen(payments.status, PAYMENT_STATUSES),
        money(payments.cents),
        stamps(payments.when),
        entered,
        entered,
    )
