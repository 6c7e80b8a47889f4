"""The shop's customers as they registered themselves, and its products as somebody typed them in."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.generate import rng
from starlift.generate.files import chosen, integers, stamps
from starlift.generate.period import DAY
from starlift.generate.retail import typed, world
from starlift.generate.retail.shop_orders import table
from starlift.generate.retail.shop_plan import Plan
from starlift.sources.shop import PRODUCT_STATUSES

# Of a thousand customers: those who forgot that they had an account, and made another.
_SECOND_ACCOUNTS = 12
# Of a hundred who buy in the stores, too: known there by another e-mail address.
_OTHER_ADDRESS = 10
_HIDDEN = 5  # of a hundred products


def second_account(seed: int, customer: np.ndarray) -> np.ndarray:
    """Whether these customers (from 0) are people who have an older account."""
    bits = rng.draw(rng.key(seed, "shop second account"), customer)
    return (customer > 0) & (rng.scale16(rng.part(bits, 0), 1000) < _SECOND_ACCOUNTS)


def person_of(seed: int, size: world.Size, customer: np.ndarray) -> np.ndarray:
    """Who each customer (from 0) really is, in the numbers of `world.people`."""
    bits = rng.draw(rng.key(seed, "shop second account"), customer)
    earlier = customer - 1 - rng.below(bits, np.maximum(1, np.minimum(customer, 5_000)))
    return world.first_person_on_the_web(size) + np.where(second_account(seed, customer), earlier, customer)


def another_address(seed: int, size: world.Size, person: np.ndarray) -> np.ndarray:
    """Whether the shop knows these people by another e-mail address than the stores do."""
    bits = rng.draw(rng.key(seed, "shop other address"), person)
    return (person < size.customers) & (rng.scale16(rng.part(bits, 0), 100) < _OTHER_ADDRESS)


def address_in_shop(seed: int, size: world.Size, person: np.ndarray, usual: pa.Array) -> pa.Array:
    """The e-mail address that the shop has of each; what precedes the @ stays unique."""
    other = pc.replace_substring(usual, "@", ".shop@")
    return pc.if_else(pa.array(another_address(seed, size, person)), other, usual)


def customer_table(plan: Plan, lo: int, hi: int) -> pa.Table:
    """Customers lo..hi-1 (from 0)."""
    seed, size, now = plan.seed, plan.size, plan.period.now
    customer = np.arange(lo, hi)
    person = person_of(seed, size, customer)
    known = world.people(seed, person)
    bits = rng.draw(rng.key(seed, "shop customer"), customer)
    email_way = typed.EMAIL_WAYS[rng.part(bits, 0)]
    email_way = np.where(second_account(seed, customer), typed.EMAIL_CAPITALS, email_way)
    # Where the address tells nothing, the telephone number has to.
    only_phone = another_address(seed, size, person)
    phone_ways = np.stack([typed.PHONE_WAYS, typed.PHONE_WAYS_WHOLE])
    phone_way = phone_ways[only_phone.astype(np.int64), rng.part(bits, 1)]
    registered = plan.registered[lo:hi].astype(np.int64)
    later = registered + ((now - registered) * rng.part(bits, 2).astype(np.int64) >> 16)
    changed = rng.part(bits, 3) < 9_000
    return table(
        "customers",
        integers(customer + 1),
        typed.emails(address_in_shop(seed, size, person, known.email), email_way),
        known.first_name,
        known.last_name,
        typed.phones(known.phone, phone_way),
        known.city,
        known.state,
        known.postal_code,
        stamps(registered),
        stamps(registered),
        stamps(np.where(changed, later, registered)),
    )


def product_table(plan: Plan) -> pa.Table:
    goods = plan.assortment
    number = np.arange(len(goods.price))
    bits = rng.draw(rng.key(plan.seed, "shop product typed"), number)
    more = rng.draw(rng.key(plan.seed, "shop product hidden"), number)
    hidden = (rng.scale16(rng.part(more, 0), 100) < _HIDDEN).astype(np.int64)
    # All were there before the first order.
    entered = np.full(len(number), (plan.period.first_day - 30) * DAY + 9 * 3600)
    return table(
        "products",
        integers(number + 1),
        goods.sku,
        goods.name,
        typed.categories(world.CATEGORIES, goods.category, bits),
        typed.prices(goods.price, typed.PRICE_WAYS[rng.part(bits, 3)]),
        chosen(hidden, PRODUCT_STATUSES),
        stamps(entered),
        stamps(np.maximum(entered, np.minimum(goods.changed, plan.period.now))),
    )
