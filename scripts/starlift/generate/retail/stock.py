"""How the stores' stock goes from one day to the next: what sells, what comes, what goes astray."""

import numpy as np

from starlift.generate import rng

WINDOW = 120  # days of stock that the data begin with, up to the end of the period
# Supply falters for some products of some stores, for so many days in a row.
_SPELL, _FALTERS = 28, 4_000
_LOST = 220  # of 65536 counts differ from the books
_DIFFERENCES = np.array([-1, -1, -1, -1, -2, -3, 1, 1])


def _counter(day: int, store: np.ndarray, product: np.ndarray) -> np.ndarray:
    return (np.int64(day) << 32) + (store.astype(np.int64) << 20) + product


def order_point(rate: np.ndarray) -> np.ndarray:
    """Stock at which more is ordered; `rate` is what sells in a thousand days."""
    return rate * 9 // 1_000 + 1


def first_opening(seed: int, store: np.ndarray, product: np.ndarray, rate: np.ndarray) -> np.ndarray:
    bits = rng.draw(rng.key(seed, "first stock"), _counter(0, store, product))
    return order_point(rate) + rng.scale16(rng.part(bits, 0), rate * 20 // 1_000 + 3)


def next_day(
    *,
    seed: int,
    day: int,
    spells_from: int,
    store: np.ndarray,
    product: np.ndarray,
    opening: np.ndarray,
    sold: np.ndarray,
    rate: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Received, adjusted and closing quantities of one day; never negative, for what sells has come in time.

    Days count since 1970; spells of bad supply are counted from the day `spells_from`.
    """
    bits = rng.draw(rng.key(seed, "stock"), _counter(day, store, product))
    spell = rng.draw(rng.key(seed, "supply"), _counter((day - spells_from) // _SPELL + 1_000, store, product))
    falters = rng.part(spell, 0) < _FALTERS
    order = rate * 25 // 1_000 + 2 + rng.scale16(rng.part(bits, 0), 3)
    due = ((day + store) % 3 == 0) & (opening <= order_point(rate)) & ~falters
    received = np.where(due, order, 0)
    lacking = sold - opening - received
    received += np.where(lacking > 0, lacking + np.where(falters, 0, order), 0)
    left = opening + received - sold
    adjusted = np.where(
        rng.part(bits, 1) < _LOST, _DIFFERENCES[rng.scale16(rng.part(bits, 2), len(_DIFFERENCES))], 0
    )
    adjusted = np.maximum(adjusted, -left)
    return received, adjusted, left + adjusted
