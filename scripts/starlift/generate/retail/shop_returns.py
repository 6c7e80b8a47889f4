"""What is sent back: by category, mostly within thirty days, some items in two parts."""

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
import pyarrow as pa

from starlift.generate import rng
from starlift.generate.files import integers, money, stamps
from starlift.generate.period import DAY
from starlift.generate.retail import typed, world
from starlift.generate.retail.shop_orders import NEVER, Items, Orders, known, table
from starlift.generate.retail.shop_plan import Plan

RETURN_REASONS = (
    "Too small", "Damaged", "Wrong item", "Not as described", "Changed my mind",
)  # fmt: skip
# Items of a thousand that are sent back.
_RETURN_RATES = {
    "Electronics": 110,
    "Home & Kitchen": 85,
    "Clothing": 185,
    "Sports & Outdoors": 100,
    "Toys & Games": 75,
    "Health & Beauty": 55,
    "Groceries": 12,
    "Books": 34,
}
# The five reasons, and none.
_REASON_SHARE = (9, 21, 13, 22, 29, 6)
_REASON_SHARE_CLOTHING = (46, 9, 8, 14, 18, 5)
_RETURN_DAYS = (0, 0, 1, 2, 3, 5, 6, 7, 7, 6, 6, 5, 5, 5, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3)
_LATE_RETURNS = 4  # of a hundred returns come after thirty days
_SECOND_RETURNS = 120  # of a thousand items that came back in part


@cache
def _tables() -> dict[str, np.ndarray]:
    """What a 16-bit number stands for."""
    return {
        "reason": np.stack([rng.lookup(_REASON_SHARE), rng.lookup(_REASON_SHARE_CLOTHING)]),
        "day": rng.lookup(_RETURN_DAYS),
        "rate": np.array([_RETURN_RATES[name] for name in world.CATEGORIES]),
    }


def refund_cents(net: np.ndarray, returned: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """The returned part of an item's net price, rounded half up to cents."""
    return (2 * net * returned + quantity) // (2 * quantity)


@dataclass(frozen=True)
class Returns:
    """Parallel arrays; `item` and `order` are positions within the chunk, `entered` is a second."""

    item: np.ndarray
    order: np.ndarray
    reason: np.ndarray
    quantity: np.ndarray
    refund: np.ndarray
    entered: np.ndarray
    bits: np.ndarray


def make_returns(plan: Plan, orders: Orders, items: Items) -> Returns:
    """First returns, and second ones of what was left of an item; those that have come by now."""
    tables, now = _tables(), plan.period.now
    category = plan.assortment.category[items.product]
    counter = orders.number[items.order] * 8 + items.line
    found: list[Returns] = []
    left, refundable = items.quantity, items.net
    since = orders.delivered[items.order]
    for turn in (1, 2):
        bits = rng.draw(rng.key(plan.seed, f"shop return {turn}"), counter)
        more = rng.draw(rng.key(plan.seed, f"shop return {turn} more"), counter)
        rate = tables["rate"][category] if turn == 1 else np.full(len(category), _SECOND_RETURNS)
        back = rng.scale16(rng.part(bits, 0), 1000) < rate
        quantity = np.where(
            rng.part(bits, 1) < 40_000, left, 1 + rng.scale16(rng.part(bits, 2), np.maximum(1, left))
        )
        days = tables["day"][rng.part(bits, 3)].astype(np.int64)
        late = rng.scale16(rng.part(more, 0), 100) < _LATE_RETURNS
        days = np.where(late, 31 + days * 3, days)
        entered = since - since % DAY + days * DAY + 8 * 3600 + rng.part(more, 1).astype(np.int64) % 36_000
        refund = np.minimum(refund_cents(items.net, quantity, items.quantity), refundable)
        clothing = (category == world.CATEGORIES.index("Clothing")).astype(np.int64)
        reason = tables["reason"][clothing, rng.part(more, 2)].astype(np.int64)
        reason = np.where(reason < len(RETURN_REASONS), reason, -1)
        rows = np.flatnonzero(back & (entered > since) & (entered <= now) & (left > 0))
        every = (items.order, reason, quantity, refund, entered, more)
        found.append(Returns(rows, *(values[rows] for values in every)))
        # Only who has sent something back has a second turn.
        rest = np.zeros_like(left)
        rest[rows] = left[rows] - quantity[rows]
        left, refundable = rest, refundable - refund
        since = np.where(rest > 0, entered, NEVER)
    whole = [np.concatenate([getattr(part, f.name) for part in found]) for f in fields(Returns)]
    by_item = np.argsort(whole[0], kind="stable")
    return Returns(*(values[by_item] for values in whole))


def return_table(returns: Returns, now: int) -> pa.Table:
    """Rows as the warehouse's clerks wrote them; some were looked at again days later."""
    again = rng.part(returns.bits, 0) & 1023
    corrected = np.where(again < 50, returns.entered + 3600 * again.astype(np.int64), returns.entered)
    return table(
        "returns",
        integers(np.arange(1, len(returns.item) + 1)),
        integers(returns.item + 1),
        known(RETURN_REASONS, returns.reason),
        integers(returns.quantity),
        money(returns.refund),
        typed.dates(returns.entered // DAY, typed.DATE_WAYS[rng.part(returns.bits, 3)]),
        stamps(returns.entered),
        stamps(np.minimum(corrected, now)),
    )
