"""What the stores and the web shop have in common: how large they are, the products and the people.

Pure functions of the seed and of indexes that count from 0, so that either system can be made without
the other and both still speak of the same products and people.
"""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.errors import StarliftError
from starlift.generate import rng
from starlift.generate.files import chosen
from starlift.generate.people import digits
from starlift.generate.vocabulary import FOLDER, words


@dataclass(frozen=True)
class Size:
    """`lines` counts the stores' sale lines, and the shop's order items; `customers` those of each system."""

    lines: int
    customers: int
    stores: int
    products: int


SIZES = {
    "tiny": Size(2_000, 200, 4, 60),
    "lab": Size(50_000, 5_000, 10, 400),
    "100k": Size(100_000, 10_000, 15, 800),
    "1m": Size(1_000_000, 100_000, 40, 2_000),
    "10m": Size(10_000_000, 1_000_000, 100, 5_000),
}


def scale_size(scale: str) -> Size:
    """The size of that name."""
    try:
        return SIZES[scale.lower()]
    except KeyError:
        raise StarliftError(f"There is no scale '{scale}': choose one of {', '.join(SIZES)}.") from None


# --- products ---

CATEGORIES = (
    "Electronics", "Home & Kitchen", "Clothing", "Sports & Outdoors",
    "Toys & Games", "Health & Beauty", "Groceries", "Books",
)  # fmt: skip
_CATEGORY_SHARE = (12, 14, 15, 11, 10, 12, 18, 8)
_STYLES = (
    "Classic", "Compact", "Deluxe", "Essential", "Everyday", "Family", "Heritage", "Large", "Lite", "Max",
    "Mini", "Modern", "Natural", "Original", "Plus", "Premium", "Pro", "Simple", "Soft", "Special",
    "Studio", "Travel", "Ultra", "Urban",
)  # fmt: skip


@dataclass(frozen=True)
class Subcategory:
    name: str
    category: int  # index into CATEGORIES
    lowest: int  # cents
    highest: int
    things: tuple[str, ...]


@dataclass(frozen=True)
class Products:
    """Parallel arrays, one entry per product; amounts in cents, the others count from 0."""

    number: np.ndarray
    sku: pa.Array
    product_name: pa.Array
    category: np.ndarray
    subcategory: np.ndarray
    brand: np.ndarray
    supplier: np.ndarray
    unit_cost: np.ndarray
    retail_price: np.ndarray


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def subcategories() -> tuple[Subcategory, ...]:
    """Five of each category, category after category."""
    return tuple(
        Subcategory(
            row["subcategory"],
            CATEGORIES.index(row["category"]),
            int(row["lowest"]),
            int(row["highest"]),
            tuple(row["things"].split("|")),
        )
        for row in _rows("products.csv")
    )


@cache
def brands() -> tuple[tuple[str, int], ...]:
    """(name, index of its category), category after category."""
    return tuple((row["brand"], CATEGORIES.index(row["category"])) for row in _rows("brands.csv"))


def supplier_count(products: int) -> int:
    return min(150, max(8, products // 20))


def first_in_stores_only(products: int) -> int:
    """From this product on, the last twentieth of the catalogue, the web shop sells none."""
    return products - products // 20


def catalogue(seed: int, size: Size) -> Products:
    """All products both systems begin with."""
    return products(seed, np.arange(size.products), supplier_count(size.products))


def products(seed: int, number: np.ndarray, suppliers: int) -> Products:
    """Products with these numbers; 0 and 1, 2 and 3, ... are of one category and bought together."""
    listed, known = subcategories(), brands()
    kinds = len(listed) // len(CATEGORIES)
    bits = rng.draw(rng.key(seed, "product"), number)
    more = rng.draw(rng.key(seed, "product price"), number)
    pair = number // 2
    category = rng.lookup(_CATEGORY_SHARE)[rng.part(rng.draw(rng.key(seed, "product pair"), pair), 0)]
    # the first ones show every category, so that small catalogues have them all
    category = np.where(pair < len(CATEGORIES), pair, category).astype(np.int64)
    subcategory = category * kinds + rng.scale16(rng.part(bits, 0), kinds)

    brands_of = np.bincount([of for _, of in known], minlength=len(CATEGORIES))
    brand = (np.cumsum(brands_of) - brands_of)[category] + rng.scale16(rng.part(bits, 1), brands_of[category])
    # most products of a brand come from one supplier
    other = rng.part(more, 0) < 12_000
    supplier = np.where(other, rng.scale16(rng.part(more, 1), suppliers), brand * 7 % suppliers)

    things = [thing for row in listed for thing in row.things]
    each = np.array([len(row.things) for row in listed])
    thing = (np.cumsum(each) - each)[subcategory] + rng.scale16(rng.part(bits, 2), each[subcategory])
    name = pc.binary_join_element_wise(
        *(
            chosen(index, values).dictionary_decode()
            for index, values in (
                (brand, [name for name, _ in known]),
                (rng.scale16(rng.part(bits, 3), len(_STYLES)), _STYLES),
                (thing, things),
            )
        ),
        " ",
    )

    lowest, highest = (np.array([getattr(row, end) for row in listed]) for end in ("lowest", "highest"))
    # squared, so that cheap ones are more frequent
    share = rng.part(more, 2).astype(np.int64) ** 2 >> 16
    price = lowest[subcategory] + ((highest - lowest)[subcategory] * share >> 16)
    price = np.where(price >= 1_000, price // 100 * 100 + 99, price // 10 * 10 + 9)
    cost = price * (450 + rng.scale16(rng.part(more, 3), 300)) // 1_000
    return Products(
        number=number,
        sku=pc.binary_join_element_wise("SKU", digits(number + 1, 6), "-"),
        product_name=name,
        category=category,
        subcategory=subcategory,
        brand=brand,
        supplier=supplier.astype(np.int64),
        unit_cost=cost,
        retail_price=price,
    )


# --- people ---

_DOMAINS = ("example.com", "example.org", "example.net")
_DOMAIN_SHARE = (60, 25, 15)
# given to no region, so that no number rings anywhere
_AREA_CODES = ("237", "241", "244", "259", "271", "273", "275", "277", "285", "287", "294", "297")
_NUMBERS_PER_AREA = 8_000_000  # the first of the seven digits is 2 or more


@dataclass(frozen=True)
class People:
    """Parallel arrays of text, one entry per person; e-mail addresses and telephone numbers are unique."""

    first_name: pa.Array
    last_name: pa.Array
    email: pa.Array
    phone: pa.Array  # ten digits
    city: pa.Array
    state: pa.Array
    postal_code: pa.Array


def first_person_on_the_web(size: Size) -> int:
    """The web shop's customers are the persons from here on; the stores' are 0..customers-1."""
    return size.customers * 7 // 10


def people(seed: int, person: np.ndarray) -> People:
    """Persons with these numbers, as they are on paper: how each system writes them down is its own."""
    known = words()
    names = known.female + known.male
    bits, home = (rng.draw(rng.key(seed, purpose), person) for purpose in ("person", "home"))
    first = chosen(rng.scale16(rng.part(bits, 0), len(names)), names).dictionary_decode()
    last = chosen(rng.lookup(rng.zipf(len(known.last)))[rng.part(bits, 1)], known.last).dictionary_decode()

    # the person's number, after letters only, keeps them apart
    domain = chosen(rng.lookup(_DOMAIN_SHARE)[rng.part(bits, 2)], _DOMAINS).dictionary_decode()
    short = pa.array(rng.part(bits, 3) < 20_000)
    before = pc.if_else(
        short, pc.utf8_slice_codeunits(first, 0, 1), pc.binary_join_element_wise(first, "", ".")
    )
    number = pa.array(person.astype(np.int64) + 1).cast(pa.string())
    local = pc.utf8_lower(pc.binary_join_element_wise(before, last, number, ""))

    # a factor without a divisor in common with the number of numbers
    line = person.astype(np.int64) * 37_199_951 % (len(_AREA_CODES) * _NUMBERS_PER_AREA)
    area = chosen(line // _NUMBERS_PER_AREA, _AREA_CODES).dictionary_decode()
    seven = digits(2_000_000 + line % _NUMBERS_PER_AREA, 7)
    place = address(home)
    return People(
        first_name=first,
        last_name=last,
        email=pc.binary_join_element_wise(local, domain, "@"),
        phone=pc.binary_join_element_wise(area, seven, ""),
        **place,
    )


def address(bits: np.ndarray) -> dict[str, pa.Array]:
    """city, state and postal_code for draws of 64 bits."""
    places = words().places
    place = rng.lookup(rng.zipf(len(places)))[rng.part(bits, 0)]
    prefix = chosen(place, [row[2] for row in places]).dictionary_decode()
    last_two = digits(rng.scale16(rng.part(bits, 1), 100), 2)
    return {
        "city": chosen(place, [row[0] for row in places]).dictionary_decode(),
        "state": chosen(place, [row[1] for row in places]).dictionary_decode(),
        "postal_code": pc.binary_join_element_wise(prefix, last_two, ""),
    }
