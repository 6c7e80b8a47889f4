"""The stores' sales and their lines: who buys what, where and when, one chunk at a time."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np
import pyarrow as pa

from starlift.generate import rng
from starlift.generate.files import chosen, integers, money, rows_of, stamps
from starlift.generate.period import DAY, Period
from starlift.generate.retail.chain import Chain
from starlift.generate.retail.world import CATEGORIES
from starlift.sources import POS
from starlift.sources.pos import PAYMENT_METHODS

CHUNK = 1 << 16  # sales made at a time
ANONYMOUS = 40  # percent of sales
LINES_SHARE = (30, 27, 19, 12, 8, 4)  # of sales with 1..6 lines
PAYMENT_SHARE = (68, 25, 7)
_MONTH = (88, 86, 94, 96, 98, 97, 96, 100, 95, 101, 118, 165)
_WEEKDAY = (84, 82, 86, 94, 118, 142, 104)
_GROWTH_PER_YEAR = 4  # percent
_QUIET = ((1, 1), (7, 4), (12, 25))
HOURS = (0,) * 9 + (4, 7, 9, 11, 10, 9, 9, 10, 12, 10, 6, 3) + (0,) * 3
_QUANTITIES = (1, 2, 3, 4, 6, 8, 10)
_QUANTITY_SHARE = (760, 150, 45, 25, 14, 4, 2)
_BULK_SHARE = (520, 250, 110, 60, 40, 12, 8)
_BULK = ("Groceries", "Health & Beauty")
_PROMOTIONS = (10, 15, 20, 25, 30)  # percent off
# Of 65536: lines that complete a pair, categories on promotion in a week (and late in November), coupons.
_TOGETHER, _ON_PROMOTION, _BLACK_WEEK, COUPON = 20_000, 7_000, 45_000, 1_600
# Of a hundred buyers with a card: those that come again and again, and those that come often.
REGULAR, FREQUENT = 25, 30


def day_weights(period: Period) -> np.ndarray:
    """How busy each day is: growth, seasons, weekdays, and days on which few stores open."""
    weights = []
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        weight = (36_500 + _GROWTH_PER_YEAR * offset) * _MONTH[day.month - 1] * _WEEKDAY[day.weekday()]
        weights.append(weight // (1_000_000 if (day.month, day.day) in _QUIET else 100_000))
    return np.array(weights, dtype=np.int64)


@dataclass(frozen=True)
class Till:
    """When each sale is, in the order they were entered, and where its lines begin."""

    sold: np.ndarray  # int32, seconds since 1970
    created: np.ndarray
    first_line: np.ndarray  # one entry more than sales


def make_till(seed: int, period: Period, lines: int) -> Till:
    """As many sales as have exactly that many lines between them; the last is cut short."""
    counts = rng.lookup(LINES_SHARE).astype(np.int64) + 1
    edges = [np.zeros(1, dtype=np.int64)]
    while edges[-1][-1] < lines:
        known = sum(len(piece) for piece in edges) - 1
        number = np.arange(known, known + CHUNK)
        bits = rng.draw(rng.key(seed, "line count"), number)
        edges.append(edges[-1][-1] + np.cumsum(counts[rng.part(bits, 0)]))
    first_line = np.concatenate(edges)
    sales = int(np.searchsorted(first_line, lines))
    first_line = first_line[: sales + 1]
    first_line[-1] = lines

    busy = np.cumsum(day_weights(period))
    hours = rng.lookup(HOURS).astype(np.int64)
    sold = np.empty(sales, dtype=np.int32)
    entered = np.empty(sales, dtype=np.int32)
    for lo in range(0, sales, CHUNK):
        number = np.arange(lo, min(lo + CHUNK, sales))
        bits = rng.draw(rng.key(seed, "sold"), number)
        # the k-th of n sales falls into the k-th n-th of the period
        position = ((number << 32) + (bits >> rng.U64(32)).astype(np.int64)) // sales
        day = period.first_day + np.searchsorted(busy, (position * int(busy[-1])) >> 32, side="right")
        start = day * DAY + hours[rng.part(bits, 0)] * 3_600 + rng.scale16(rng.part(bits, 1), 3_600)
        lag = rng.scale16(rng.part(rng.draw(rng.key(seed, "entered"), number), 0), 240)
        # now and then a till is off the line, and its sales come in later
        lag = np.where((number & 127) == 77, lag * 800, lag)
        sold[lo : number[-1] + 1] = start
        entered[lo : number[-1] + 1] = np.minimum(start + lag, period.now)
    order = np.argsort(entered, kind="stable")
    return Till(sold[order], entered[order], first_line)


@dataclass(frozen=True)
class Made:
    """A chunk's tables, and of its lines the days, stores, products and quantities, for the stock."""

    sales: pa.Table
    lines: pa.Table
    day: np.ndarray
    store: np.ndarray
    product: np.ndarray
    quantity: np.ndarray


@cache
def quantities() -> np.ndarray:
    """[category, 16 bits] -> quantity."""
    shares = (_BULK_SHARE if name in _BULK else _QUANTITY_SHARE for name in CATEGORIES)
    return np.array(_QUANTITIES, dtype=np.int64)[np.stack([rng.lookup(share) for share in shares])]


def promotion(seed: int, day: np.ndarray, category: np.ndarray) -> np.ndarray:
    """Percent that a category is cheaper in the week of that day, mostly none."""
    bits = rng.draw(rng.key(seed, "promotion"), (day // 7) * len(CATEGORIES) + category)
    of_year = (day - 10_957) % 1_461 % 365  # since 2000-01-01, a day or two off is no matter
    likely = np.where((of_year >= 325) & (of_year <= 334), _BLACK_WEEK, _ON_PROMOTION)
    percent = np.array(_PROMOTIONS)[rng.scale16(rng.part(bits, 1), len(_PROMOTIONS))]
    return np.where(rng.part(bits, 0) < likely, percent, 0)


def _customers(seed: int, number: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A customer of the `known` first ones for each sale, and where it is nobody known."""
    bits = rng.draw(rng.key(seed, "buyer"), number)
    how = rng.scale16(rng.part(bits, 0), 100)
    step = np.where(how < REGULAR, 50, np.where(how < REGULAR + FREQUENT, 8, 1))
    customer = rng.below(bits, (known + step - 1) // step) * step
    nobody = (rng.scale16(rng.part(bits, 1), 100) < ANONYMOUS) | (known == 0)
    return customer, nobody


def make_chunk(chain: Chain, till: Till, registered: np.ndarray, lo: int, hi: int) -> Made:
    """Sales lo+1..hi with their lines; `registered` holds the day each customer came, in order."""
    seed, staff = chain.seed, chain.staff
    number = np.arange(lo, hi)
    sold, created = till.sold[lo:hi].astype(np.int64), till.created[lo:hi].astype(np.int64)
    day = sold // DAY
    bits = rng.draw(rng.key(seed, "sale"), number)
    epoch = np.searchsorted(chain.epochs, day, side="right") - 1
    store = chain.store_of[epoch, rng.part(bits, 0)].astype(np.int64)
    slot = rng.scale16(rng.part(bits, 1), staff.first.shape[1])
    customer, nobody = _customers(seed, number, np.searchsorted(registered, day))
    # some are looked at again on the same evening
    again = np.where(rng.part(bits, 2) < 600, 1 + rng.scale16(rng.part(bits, 3), 7_200), 0)
    updated = np.minimum(created + again, chain.period.now)
    sales = rows_of(
        POS.table("sales"),
        integers(number + 1),
        integers(store + 1),
        integers(staff.seller(store, slot, day) + 1),
        pa.array((customer + 1).astype(np.int32), mask=nobody),
        stamps(sold),
        chosen(rng.lookup(PAYMENT_SHARE)[rng.part(bits, 3)], PAYMENT_METHODS),
        stamps(created),
        stamps(updated),
    )

    first = till.first_line[lo : hi + 1]
    count = np.diff(first)
    at = first[:-1] - first[0]
    product = _pick_products(chain, number, store, day, count)
    place = np.arange(len(product)) - np.repeat(at, count)
    line_day, line_store = np.repeat(day, count), np.repeat(store, count)
    quantity, price, discount = _amounts(chain, np.repeat(number, count) * 8 + place, line_day, product)
    line_created, line_updated = (stamps(np.repeat(times, count)) for times in (created, updated))
    lines = rows_of(
        POS.table("sale_lines"),
        integers(np.arange(first[0] + 1, first[-1] + 1)),
        integers(np.repeat(number + 1, count)),
        integers(place + 1),
        integers(product + 1),
        integers(quantity),
        money(price),
        money(discount),
        money(quantity * price - discount),
        line_created,
        line_updated,
    )
    return Made(sales, lines, line_day, line_store, product, quantity)


def _pick_products(
    chain: Chain, number: np.ndarray, store: np.ndarray, day: np.ndarray, count: np.ndarray
) -> np.ndarray:
    """The flat list of the sales' products: popular ones, and what goes with the line before."""
    at = np.cumsum(count) - count
    stocked, lasting, discontinued = chain.stocked, chain.lasting, chain.discontinued
    popular = rng.lookup(rng.zipf(chain.shelf)).astype(np.int64)
    flat = np.empty(int(count.sum()), dtype=np.int64)
    for place in range(len(LINES_SHARE)):
        rows = np.flatnonzero(count > place)
        bits = rng.draw(rng.key(chain.seed, f"line {place}"), number[rows])
        here, rank, spot = store[rows], popular[rng.part(bits, 0)], at[rows]
        value = stocked[here, rank]
        if place:
            value = np.where(rng.part(bits, 1) < _TOGETHER, flat[spot + place - 1] ^ 1, value)
        twice = np.zeros(len(rows), dtype=bool)
        for back in range(place):
            twice |= flat[spot + back] == value
        value = np.where(twice, stocked[here, (rank + 1 + 5 * place) % chain.shelf], value)
        gone = day[rows] >= discontinued[value]
        flat[spot + place] = np.where(
            gone, lasting[here, rng.scale16(rng.part(bits, 2), lasting.shape[1])], value
        )
    return flat


def _amounts(
    chain: Chain, counter: np.ndarray, day: np.ndarray, product: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quantity, price and discount, in cents, of each line."""
    category = chain.products.category[product]
    bits = rng.draw(rng.key(chain.seed, "line"), counter)
    quantity = quantities()[category, rng.part(bits, 0)]
    before, since = chain.prices
    price = np.where(day >= since[product], chain.products.retail_price[product], before[product])
    percent = promotion(chain.seed, day, category) + np.where(rng.part(bits, 1) < COUPON, 5, 0)
    return quantity, price, quantity * price * percent // 100
