"""What people type into the shop: phones, e-mail addresses, categories, prices and dates, each in many ways.

Every function takes a number per row that says in which way (`*_WAYS` holds the shares), and writes the
same value in that way, so that whoever cleans the column can be held against what was meant.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.generate import rng

# (what is typed, the standard category that it means), commonest first within a category.
CATEGORY_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("Electronics", "Electronics"),
    ("electronics ", "Electronics"),
    ("ELECTRONICS", "Electronics"),
    ("Electronic", "Electronics"),
    ("Consumer Electronics", "Electronics"),
    ("Home & Kitchen", "Home & Kitchen"),
    ("Home/Kitchen", "Home & Kitchen"),
    ("home and kitchen", "Home & Kitchen"),
    ("Home  &  Kitchen", "Home & Kitchen"),
    ("Kitchen", "Home & Kitchen"),
    ("Clothing", "Clothing"),
    ("Clothes", "Clothing"),
    ("Apparel", "Clothing"),
    ("CLOTHING", "Clothing"),
    (" clothing", "Clothing"),
    ("Sports & Outdoors", "Sports & Outdoors"),
    ("Sports and Outdoors", "Sports & Outdoors"),
    ("sports&outdoors", "Sports & Outdoors"),
    ("Sport", "Sports & Outdoors"),
    ("Outdoor", "Sports & Outdoors"),
    ("Toys & Games", "Toys & Games"),
    ("Toys and Games", "Toys & Games"),
    ("toys", "Toys & Games"),
    ("TOYS/GAMES", "Toys & Games"),
    ("Games & Toys", "Toys & Games"),
    ("Health & Beauty", "Health & Beauty"),
    ("Health and Beauty", "Health & Beauty"),
    ("Beauty", "Health & Beauty"),
    ("health/beauty", "Health & Beauty"),
    ("Personal Care", "Health & Beauty"),
    ("Groceries", "Groceries"),
    ("Grocery", "Groceries"),
    ("groceries", "Groceries"),
    ("GROCERY ", "Groceries"),
    ("Food", "Groceries"),
    ("Books", "Books"),
    ("books", "Books"),
    ("Book", "Books"),
    ("BOOKS", "Books"),
    ("Books & Media", "Books"),
)
# Typed now and then where a category belongs; they mean none.
CATEGORY_STRANGERS: tuple[str | None, ...] = ("Misc", "TBD", None)
_CATEGORY_SHARE = (52, 16, 13, 10, 9)
_STRANGERS_PER_HUNDRED = 3

Way = Callable[[np.ndarray], pa.Array]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_ways(way: np.ndarray, makers: Sequence[Way]) -> pa.Array:
    """Row i written by `makers[way[i]]`, each of which is asked once, for the rows that are its own."""
    pieces, rows = [], []
    for number, make in enumerate(makers):
        mine = np.flatnonzero(way == number)
        if len(mine):
            pieces.append(make(mine).cast(pa.string()))
            rows.append(mine)
    if not pieces:
        return pa.array([], pa.string())
    place = np.empty(len(way), dtype=np.int64)
    place[np.concatenate(rows)] = np.arange(len(way))
    return pa.concat_arrays(pieces).take(pa.array(place))


def joined(*pieces: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*pieces, "")


def nothing(rows: np.ndarray) -> pa.Array:
    return pa.nulls(len(rows), pa.string())


def same(text: str) -> Way:
    return lambda rows: pa.array([text] * len(rows), pa.string())


def padded(values: np.ndarray, width: int) -> pa.Array:
    """Numbers as text with leading zeros."""
    return pc.utf8_lpad(pa.array(values.astype(np.int64)).cast(pa.string()), width, padding="0")


# --- phones ---

# (415) 555-0132 and others that mean it; then with an extension, too short, with letters, none.
_PHONE_SHARE = (22, 12, 18, 12, 5, 13, 2, 2, 1, 12)
PHONE_WAYS = rng.lookup(_PHONE_SHARE)
# Only those from which the ten digits can be read.
PHONE_WAYS_WHOLE = rng.lookup(_PHONE_SHARE[:7])


def phones(ten_digits: pa.Array, way: np.ndarray) -> pa.Array:
    def parts(rows: np.ndarray) -> tuple[pa.Array, pa.Array, pa.Array]:
        mine = ten_digits.take(pa.array(rows))
        cuts = ((0, 3), (3, 6), (6, 10))
        area, exchange, line = (pc.utf8_slice_codeunits(mine, lo, hi) for lo, hi in cuts)
        return area, exchange, line

    def written(*pattern: int | str) -> Way:
        def make(rows: np.ndarray) -> pa.Array:
            digits = parts(rows)
            return joined(*(digits[piece] if isinstance(piece, int) else piece for piece in pattern))

        return make

    return in_ways(
        way,
        (
            written("(", 0, ") ", 1, "-", 2),
            written(0, ".", 1, ".", 2),
            written(0, "-", 1, "-", 2),
            written("+1 ", 0, " ", 1, " ", 2),
            written("001 ", 0, " ", 1, " ", 2),
            written(0, 1, 2, " "),
            written("(", 0, ") ", 1, "-", 2, " x12"),
            written(1, 2),
            written("call ", 0, "-", 1, "-SHOP"),
            nothing,
        ),
    )


# --- e-mail ---

_EMAIL_SHARE = (70, 8, 8, 4, 6, 2, 2)
EMAIL_WAYS = rng.lookup(_EMAIL_SHARE)
EMAIL_CAPITALS = 1


def emails(addresses: pa.Array, way: np.ndarray) -> pa.Array:
    def mine(rows: np.ndarray) -> pa.Array:
        return addresses.take(pa.array(rows))

    return in_ways(
        way,
        (
            mine,
            lambda rows: pc.utf8_upper(mine(rows)),
            lambda rows: pc.utf8_title(mine(rows)),
            lambda rows: joined(" ", mine(rows)),
            lambda rows: joined(mine(rows), " "),
            lambda rows: joined("  ", pc.utf8_capitalize(mine(rows)), " "),
            nothing,
        ),
    )


# --- categories ---


def spellings(category: str) -> list[str]:
    return [text for text, meant in CATEGORY_SPELLINGS if meant == category]


def categories(names: Sequence[str], index: np.ndarray, bits: np.ndarray) -> pa.Array:
    """`names[index]` as typed; the first products of each category show all its spellings."""
    each = len(_CATEGORY_SHARE)
    texts = [text for name in names for text in spellings(name)]
    if len(texts) != each * len(names):
        raise ValueError(f"each category needs {each} spellings")
    together = np.argsort(index, kind="stable")
    size = np.bincount(index, minlength=len(names))
    place = np.empty(len(index), dtype=np.int64)
    place[together] = np.arange(len(index)) - (np.cumsum(size) - size)[index[together]]
    spelling = np.where(place < each, place, rng.lookup(_CATEGORY_SHARE)[rng.part(bits, 0)])
    strange = (place >= each) & (rng.scale16(rng.part(bits, 1), 100) < _STRANGERS_PER_HUNDRED)
    stranger = np.cumsum(strange) % len(CATEGORY_STRANGERS)
    pick = np.where(strange, len(texts) + stranger, index * each + spelling)
    return pa.array([*texts, *CATEGORY_STRANGERS], pa.string()).take(pa.array(pick))


# --- prices ---

_PRICE_SHARE = (40, 28, 10, 10, 8, 2, 2)
PRICE_WAYS = rng.lookup(_PRICE_SHARE)


def prices(cents: np.ndarray, way: np.ndarray) -> pa.Array:
    def amount(rows: np.ndarray, point: str = ".", thousands: str = "") -> pa.Array:
        whole, rest = cents[rows] // 100, padded(cents[rows] % 100, 2)
        above = whole // 1000
        grouped = joined(pa.array(above).cast(pa.string()), thousands, padded(whole % 1000, 3))
        text = pc.if_else(pa.array(above > 0), grouped, pa.array(whole).cast(pa.string()))
        return joined(text, point, rest)

    return in_ways(
        way,
        (
            lambda rows: joined("$", amount(rows)),
            amount,
            lambda rows: amount(rows, point=","),
            lambda rows: joined("USD ", amount(rows)),
            lambda rows: joined(" ", amount(rows, thousands=","), " "),
            same("n/a"),
            nothing,
        ),
    )


# --- dates ---

_DATE_SHARE = (46, 30, 20, 1, 1, 2)
DATE_WAYS = rng.lookup(_DATE_SHARE)


def dates(days: np.ndarray, way: np.ndarray) -> pa.Array:
    """Days since 1970 as 2025-03-04, 03/04/2025 or 4 Mar 2025; rarely as nothing that is a date."""
    stamps = days.astype("datetime64[D]")
    month_start = stamps.astype("datetime64[M]")
    year = stamps.astype("datetime64[Y]").astype(np.int64) + 1970
    month = month_start.astype(np.int64) % 12
    day = (stamps - month_start.astype("datetime64[D]")).astype(np.int64) + 1

    def american(rows: np.ndarray) -> pa.Array:
        return joined(padded(month[rows] + 1, 2), "/", padded(day[rows], 2), "/", padded(year[rows], 4))

    def worded(rows: np.ndarray) -> pa.Array:
        name = pa.array(_MONTHS).take(pa.array(month[rows]))
        return joined(padded(day[rows], 1), " ", name, " ", padded(year[rows], 4))

    return in_ways(
        way,
        (
            lambda rows: pa.array(np.datetime_as_string(stamps[rows]).tolist(), pa.string()),
            american,
            worded,
            same("0000-00-00"),
            same(""),
            nothing,
        ),
    )
