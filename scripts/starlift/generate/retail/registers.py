"""The stores' smaller tables: suppliers, products, stores, employees and customers."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.generate import rng
from starlift.generate.files import chosen, dates, integers, money, rows_of, stamps
from starlift.generate.period import DAY, Period
from starlift.generate.retail import cards
from starlift.generate.retail.chain import DEPARTMENTS, NEVER, POSITIONS, SALARIES, Chain
from starlift.generate.retail.world import CATEGORIES, brands, people, subcategories, supplier_count
from starlift.generate.vocabulary import words
from starlift.sources import POS
from starlift.sources.pos import PRODUCT_STATUSES, STORE_TYPES, TIERS

_FIRMS = ("Wholesale", "Trading", "Imports", "Supply", "and Sons", "Distribution", "Group")
_SEATS = (
    ("Columbus", "United States"), ("Chicago", "United States"), ("Newark", "United States"),
    ("Louisville", "United States"), ("Houston", "United States"), ("Seattle", "United States"),
    ("Toronto", "Canada"), ("Monterrey", "Mexico"), ("Shenzhen", "China"), ("Ningbo", "China"),
    ("Ho Chi Minh City", "Vietnam"), ("Hamburg", "Germany"), ("Milan", "Italy"), ("Porto", "Portugal"),
)  # fmt: skip
_KNOWN_BEFORE = 1_500  # days before the period that the first customer came
# Of a hundred customers of each tier: anybody, frequent ones, regular ones.
_TIER_SHARE = ((82, 15, 3, 0), (25, 50, 22, 3), (2, 18, 45, 35))


def _fixed(period: Period, name: str, *columns: pa.Array) -> pa.Table:
    """A small table whose rows were all entered years before the period."""
    entered = stamps(np.full(len(columns[0]), (period.first_day - 2_000) * DAY + 8 * 3_600))
    return rows_of(POS.table(name), integers(np.arange(1, len(columns[0]) + 1)), *columns, entered, entered)


def reference_tables(period: Period) -> dict[str, pa.Table]:
    listed = subcategories()
    return {
        "categories": _fixed(period, "categories", pa.array(CATEGORIES)),
        "subcategories": _fixed(
            period,
            "subcategories",
            pa.array([row.category + 1 for row in listed], pa.int32()),
            pa.array([row.name for row in listed]),
        ),
        "brands": _fixed(period, "brands", pa.array([name for name, _ in brands()])),
    }


def _later(bits16: np.ndarray, created: np.ndarray, now: int) -> np.ndarray:
    """A second between a row's entry and now."""
    return created + (((now - created) * bits16.astype(np.int64)) >> 16)


def supplier_table(chain: Chain) -> pa.Table:
    period, last_names = chain.period, words().last
    number = np.arange(supplier_count(chain.size.products))
    bits = rng.draw(rng.key(chain.seed, "supplier"), number)
    more = rng.draw(rng.key(chain.seed, "contract"), number)
    # 7 and the number of names have no divisor in common: no name occurs twice
    names = [f"{last_names[7 * i % len(last_names)]} {_FIRMS[i % len(_FIRMS)]}" for i in number.tolist()]
    seat = rng.scale16(rng.part(bits, 0), len(_SEATS))
    start = period.first_day - 200 - rng.below(bits, 2_300)
    end = period.first_day + period.days - 40 + rng.below(more, 640)
    created = start * DAY + 9 * 3_600
    renewed = np.where(rng.part(more, 0) < 30_000, _later(rng.part(more, 1), created, period.now), created)
    return rows_of(
        POS.table("suppliers"),
        integers(number + 1),
        pa.array(names),
        chosen(seat, [city for city, _ in _SEATS]),
        chosen(seat, [country for _, country in _SEATS]),
        dates(start),
        pc.if_else(pa.array(rng.part(more, 2) < 52_000), dates(end), pa.scalar(None, pa.date32())),
        pa.array((2 + rng.scale16(rng.part(bits, 1), 43)).astype(np.int32), mask=number % 19 == 18),
        stamps(created),
        stamps(renewed),
    )


def product_table(chain: Chain) -> pa.Table:
    products, period = chain.products, chain.period
    bits = rng.draw(rng.key(chain.seed, "product entered"), products.number)
    created = (period.first_day - 30 - rng.below(bits, 1_900)) * DAY + 9 * 3_600
    before, since = chain.prices
    gone = chain.discontinued != NEVER
    updated = np.where(before != products.retail_price, since * DAY + 6 * 3_600, created)
    updated = np.where(gone, np.maximum(updated, chain.discontinued * DAY + 5 * 3_600), updated)
    return rows_of(
        POS.table("products"),
        integers(products.number + 1),
        products.sku,
        products.product_name,
        integers(products.subcategory + 1),
        integers(products.brand + 1),
        integers(products.supplier + 1),
        money(products.unit_cost),
        money(products.retail_price),
        chosen(gone.astype(np.int16), PRODUCT_STATUSES),
        stamps(created),
        stamps(np.minimum(updated, period.now)),
    )


def _day_or_null(days: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(days != NEVER), dates(days), pa.scalar(None, pa.date32()))


def store_table(chain: Chain) -> pa.Table:
    number, now = np.arange(chain.size.stores), chain.period.now
    created = np.minimum((chain.opened - 60) * DAY + 10 * 3_600, now)
    updated = np.where(chain.closed != NEVER, chain.closed * DAY + 20 * 3_600, created)
    return rows_of(
        POS.table("stores"),
        integers(number + 1),
        pa.array(chain.names),
        chosen(chain.kind, STORE_TYPES),
        pa.array([city for city, _, _ in chain.places]),
        pa.array([state for _, state, _ in chain.places]),
        pa.array(chain.regions),
        dates(chain.opened),
        _day_or_null(chain.closed),
        integers(chain.staff.leads + 1),
        stamps(created),
        stamps(updated),
    )


def employee_table(chain: Chain) -> pa.Table:
    staff, vocabulary, now = chain.staff, words(), chain.period.now
    names = vocabulary.female + vocabulary.male
    number = np.arange(len(staff.store))
    bits = rng.draw(rng.key(chain.seed, "colleague"), number)
    low, more = (np.array([row[i] for row in SALARIES])[staff.position] for i in (0, 1))
    salary = (low + more * rng.scale16(rng.part(bits, 2), 101) // 100) // 100 * 100
    created = np.minimum(staff.hired * DAY + 9 * 3_600, now)
    raised = np.where(rng.part(bits, 3) < 20_000, _later(rng.part(bits, 0), created, now), created)
    updated = np.where(staff.left != NEVER, staff.left * DAY + 18 * 3_600, raised)
    return rows_of(
        POS.table("employees"),
        integers(number + 1),
        chosen(rng.scale16(rng.part(bits, 0), len(names)), names),
        chosen(rng.scale16(rng.part(bits, 1), len(vocabulary.last)), vocabulary.last),
        chosen(staff.position, POSITIONS),
        chosen(staff.position, DEPARTMENTS),
        money(salary * 100),
        integers(staff.store + 1),
        pa.array((staff.manager + 1).astype(np.int32), mask=staff.manager < 0),
        dates(staff.hired),
        _day_or_null(staff.left),
        stamps(created),
        stamps(np.maximum(updated, created)),
    )


def registered(period: Period, customers: int) -> np.ndarray:
    """The day on which each customer registered, in order: two of five before the period."""
    number = np.arange(customers, dtype=np.int64)
    before = customers * 2 // 5
    known = period.first_day - _KNOWN_BEFORE + _KNOWN_BEFORE * number // max(1, before)
    new = period.first_day + period.days * (number - before) // max(1, customers - before)
    return np.where(number < before, known, new).astype(np.int32)


def customer_table(seed: int, period: Period, came: np.ndarray, lo: int) -> pa.Table:
    """Customers lo, lo+1, ... (from 0), who came on these days."""
    number = np.arange(lo, lo + len(came))
    person = people(seed, number)
    bits = rng.draw(rng.key(seed, "customer"), number)
    more = rng.draw(rng.key(seed, "customer since"), number)
    group = np.where(number % 50 == 0, 2, np.where(number % 8 == 0, 1, 0))
    tier = np.stack([rng.lookup(share) for share in _TIER_SHARE])[group, rng.part(bits, 0)]
    created = came.astype(np.int64) * DAY + 9 * 3_600 + rng.scale16(rng.part(more, 0), 32_000)
    created = np.minimum(created, period.now)
    changed = rng.part(more, 1) < 10_000
    updated = np.where(changed, _later(rng.part(more, 2), created, period.now), created)
    nowhere = pa.array(rng.part(more, 3) < 1_600)
    return rows_of(
        POS.table("customers"),
        integers(number + 1),
        person.first_name,
        person.last_name,
        cards.email(rng.part(bits, 1), person.email),
        cards.phone(rng.part(bits, 2), person.phone),
        *(
            pc.if_else(nowhere, pa.scalar(None, pa.string()), values)
            for values in (person.city, person.state, person.postal_code)
        ),
        chosen(tier, TIERS),
        dates(came),
        stamps(created),
        stamps(updated),
    )
