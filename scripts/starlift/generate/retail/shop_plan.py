"""How large the shop is and when who is there: what every chunk of orders has to know of the whole.

Kept small: one byte per order for its number of items, four per customer for when he registered. All else
is drawn from the number of the order, item or customer when its chunk is made.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa

from starlift.generate import rng
from starlift.generate.period import DAY, Period
from starlift.generate.retail import world

CHUNK = 1 << 16  # orders

ITEMS_SHARE = (41, 27, 16, 9, 5, 2)  # of 1..6 items
WEEKDAY = (98, 94, 92, 96, 100, 108, 118)
_MONTH = (92, 88, 92, 94, 97, 95, 98, 96, 97, 102, 132, 158)
_GROWTH_PER_YEAR = 8  # percent
_HOUR = (3, 2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 7, 6, 6, 6, 6, 7, 8, 10, 11, 11, 9, 6)
_KNOWN_BEFORE = 30  # of a hundred customers
# Every so manieth customer buys often, and every so manieth among them for a company.
REGULAR, COMPANY = 17, 510

# (code, percent off, months 1..12 in which it is good)
_ALWAYS = tuple(range(1, 13))
PROMOTIONS: tuple[tuple[str, int, tuple[int, ...]], ...] = (
    ("WELCOME10", 10, _ALWAYS),
    ("EXTRA5", 5, _ALWAYS),
    ("THANKYOU15", 15, _ALWAYS),
    ("NEWYEAR20", 20, (1,)),
    ("LOVE14", 14, (2,)),
    ("SPRING15", 15, (3, 4, 5)),
    ("MOMSDAY10", 10, (5,)),
    ("SUMMER25", 25, (6, 7, 8)),
    ("SCHOOL12", 12, (8, 9)),
    ("SPOOKY13", 13, (10,)),
    ("BLACKFRIDAY30", 30, (11,)),
    ("HOLIDAY20", 20, (12,)),
)
PROMOTED = 18  # of a hundred orders

# (name, category, cents): what only the shop sells, with SKUs of its own
OWN_PRODUCTS: tuple[tuple[str, str, int], ...] = (
    ("Gift Box, Small", "Home & Kitchen", 995),
    ("Gift Box, Large", "Home & Kitchen", 1_995),
    ("Audiobook Credit", "Books", 1_299),
    ("E-Reader Starter Bundle", "Electronics", 14_900),
    ("Smart Plug Four-Pack", "Electronics", 3_450),
    ("Yoga at Home Set", "Sports & Outdoors", 4_475),
    ("Puzzle of the Month", "Toys & Games", 1_850),
    ("Snack Sampler", "Groceries", 2_499),
    ("Travel Care Kit", "Health & Beauty", 1_680),
    ("Custom Print T-Shirt", "Clothing", 2_250),
)


@dataclass(frozen=True)
class Assortment:
    """What the shop sells, by product number from 0: the catalogue's products first, then its own."""

    sku: pa.Array
    name: pa.Array
    category: np.ndarray  # index into world.CATEGORIES
    old_price: np.ndarray  # cents, until the second `changed`
    price: np.ndarray  # cents, from then on
    changed: np.ndarray
    picked: np.ndarray  # 65536 entries -> product, popular ones often
    companion: np.ndarray  # what is often bought with each

    def price_at(self, product: np.ndarray, second: np.ndarray) -> np.ndarray:
        early = second < self.changed[product]
        return np.where(early, self.old_price[product], self.price[product])


@dataclass(frozen=True)
class Plan:
    seed: int
    period: Period
    size: world.Size
    item_count: np.ndarray  # uint8, by order
    registered: np.ndarray  # int32, rising
    slots: np.ndarray  # busyness of all hours up to and including each
    assortment: Assortment

    @property
    def orders(self) -> int:
        return len(self.item_count)

    def placed(self, order: np.ndarray) -> np.ndarray:
        """The second at which each order was placed; it rises with the order's number."""
        return _moments(rng.key(self.seed, "shop order placed"), self.slots, self.period, order, self.orders)

    def buyer(self, bits: np.ndarray, placed: np.ndarray) -> np.ndarray:
        """Customers (from 0) who are registered by then; some buy far more than others."""
        there = np.searchsorted(self.registered, placed, side="right")
        latest = np.maximum(1, there // 40)
        high = (bits >> rng.U64(32)).astype(np.int64)
        kind = rng.scale16(rng.part(bits, 0), 100)
        # Many come to buy at once: a fifth of the orders are those of the newest customers.
        fresh = there - 1 - ((high * latest) >> 32)
        anyone = (high * there) >> 32
        often = np.where(kind < 55, anyone - anyone % REGULAR, anyone)
        often = np.where(kind < 24, anyone - anyone % COMPANY, often)
        return np.where(kind < 20, fresh, often)

    def promotion(self, bits: np.ndarray, placed: np.ndarray) -> np.ndarray:
        """Index into PROMOTIONS, or -1 for none."""
        month = placed.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
        good = _good_promotions()[month]
        count = (good >= 0).sum(axis=1)
        found = good[np.arange(len(placed)), rng.scale16(rng.part(bits, 1), count)]
        return np.where(rng.scale16(rng.part(bits, 2), 100) < PROMOTED, found, -1)


def make_plan(seed: int, period: Period, size: world.Size) -> Plan:
    slots = _slots(period)
    return Plan(
        seed=seed,
        period=period,
        size=size,
        item_count=_item_counts(seed, size.lines),
        registered=_registered(seed, period, slots, size.customers),
        slots=slots,
        assortment=_assortment(seed, period, size),
    )


def _good_promotions() -> np.ndarray:
    """[month from 0, place] -> promotion, then -1."""
    rows = [good_in(month) for month in _ALWAYS]
    width = max(map(len, rows))
    return np.array([row + [-1] * (width - len(row)) for row in rows])


def _item_counts(seed: int, order_items: int) -> np.ndarray:
    """How many items each order has; the last one gets what is left, so that their sum is exact."""
    table = (rng.lookup(ITEMS_SHARE) + 1).astype(np.uint8)
    pieces: list[np.ndarray] = []
    left, first = order_items, 0
    while left > 0:
        number = np.arange(first, first + CHUNK)
        count = table[rng.part(rng.draw(rng.key(seed, "shop item count"), number), 0)]
        total = np.cumsum(count, dtype=np.int64)
        if total[-1] >= left:
            last = int(np.searchsorted(total, left))
            count = count[: last + 1].copy()
            count[last] -= int(total[last]) - left
        pieces.append(count)
        left -= int(count.sum(dtype=np.int64))
        first += CHUNK
    return np.concatenate(pieces)


def _slots(period: Period) -> np.ndarray:
    """The running sum of how busy each hour of the period is."""
    weights = []
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        weight = (36_500 + _GROWTH_PER_YEAR * offset) * _MONTH[day.month - 1] * WEEKDAY[day.weekday()]
        if day.month == 11 and day.weekday() >= 3 and 22 <= day.day <= 29:
            weight = weight * 3 // 2
        weights.append(weight // 1_000_000)
    return np.cumsum(np.outer(weights, _HOUR).ravel().astype(np.int64))


def _moments(stream: int, slots: np.ndarray, period: Period, number: np.ndarray, total: int) -> np.ndarray:
    """Seconds that rise with the number: the k-th of n lies in the k-th n-th of all busyness."""
    bits = rng.draw(stream, number)
    position = ((number.astype(np.int64) << 32) + (bits >> rng.U64(32)).astype(np.int64)) // total
    point = (position * int(slots[-1])) >> 32
    slot = np.searchsorted(slots, point, side="right")
    before = np.where(slot > 0, slots[slot - 1], 0)
    within = (point - before) * 3600 // (slots[slot] - before)
    return period.first_day * DAY + slot * 3600 + within


def _registered(seed: int, period: Period, slots: np.ndarray, customers: int) -> np.ndarray:
    """Some before the period, the others in it, in the order of their numbers."""
    known = max(1, customers * _KNOWN_BEFORE // 100)
    before = np.arange(known)
    bits = rng.draw(rng.key(seed, "shop registered before"), before)
    day = (before * 1500 + rng.below(bits, 1500)) // known
    known_at = (period.first_day - 1500 + day) * DAY
    known_at = np.sort(known_at + 7 * 3600 + rng.part(bits, 0).astype(np.int64) % 57_600)
    new = np.arange(customers - known)
    new = _moments(rng.key(seed, "shop registered"), slots, period, new, max(1, len(new)))
    return np.concatenate((known_at, new)).astype(np.int32)


def _assortment(seed: int, period: Period, size: world.Size) -> Assortment:
    goods = world.catalogue(seed, size)
    shared = world.first_in_stores_only(size.products)
    own = [f"WEB-{number:04d}" for number in range(1, len(OWN_PRODUCTS) + 1)]
    own_category = [world.CATEGORIES.index(category) for _, category, _ in OWN_PRODUCTS]
    price = np.concatenate((goods.retail_price[:shared], [cents for _, _, cents in OWN_PRODUCTS]))
    number = np.arange(len(price))
    bits = rng.draw(rng.key(seed, "shop product"), number)
    # Three in ten became dearer at some time, by up to a sixth.
    before = price * (850 + rng.scale16(rng.part(bits, 1), 140)) // 1000
    old = np.where(rng.part(bits, 0) < 20_000, np.maximum(1, before), price)
    changed = (period.first_day + rng.below(bits, period.days)) * DAY + 5 * 3600
    return Assortment(
        sku=pa.concat_arrays([goods.sku[:shared], pa.array(own)]),
        name=pa.concat_arrays([goods.product_name[:shared], pa.array([name for name, _, _ in OWN_PRODUCTS])]),
        category=np.concatenate((goods.category[:shared], own_category)),
        old_price=old,
        price=price,
        changed=np.where(old != price, changed, 0),
        picked=picked(seed, len(number)),
        companion=companions(len(number)),
    )


def picked(seed: int, products: int) -> np.ndarray:
    """65536 entries -> product, the popular ones often."""
    ranked = np.argsort(rng.draw(rng.key(seed, "shop popular"), np.arange(products)), kind="stable")
    return ranked[rng.lookup(rng.zipf(products))]


def companions(products: int) -> np.ndarray:
    """What is often bought with each product: the other of its pair."""
    other = np.arange(products) ^ 1
    return np.where(other < products, other, np.arange(products))


def good_in(month: int) -> list[int]:
    """The promotions that are good in a month 1..12."""
    return [i for i, (_, _, months) in enumerate(PROMOTIONS) if month in months]
