"""The stores' stock while a day is drawn: what sells today, and earlier days that turn out to be wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from starlift.advance.state import Row, State
from starlift.generate.retail import stock
from starlift.generate.retail.pos import stock_rows

# So many days back, the books can still be put right.
REACH = 45
_PACE = 28  # days from whose sales the need is reckoned


@dataclass(frozen=True)
class Move:
    """So much more of a product was sold by a store on that day (since 1970); less where negative."""

    store_id: int
    product_id: int
    day: int
    quantity: int


def _pair(store_id: np.ndarray | int, product_id: np.ndarray | int) -> np.ndarray | int:
    return store_id * (1 << 24) + product_id


class Shelves:
    """The last days of the inventory; `today` counts the days since 1970."""

    def __init__(self, state: State, today: int) -> None:
        self._state, self.today = state, today
        dates = state.numbers("inventory", "inventory_date")
        self.first_day = int(dates[0]) if len(dates) else today
        self._from = max(self.first_day, today - REACH)
        lo = int(np.searchsorted(dates, self._from))
        # rows are in the order of their days, and on each day of stores and products
        self._day = dates[lo:]
        columns: tuple[Any, ...] = (
            _pair(state.numbers("inventory", "store_id"), state.numbers("inventory", "product_id")),
            state.numbers("inventory", "sold_quantity"),
            state.numbers("inventory", "closing_quantity"),
            state.ids("inventory"),
        )
        self._pair, self._sold, self._closing, self._id = (column[lo:] for column in columns)
        self._edges = np.searchsorted(self._day, np.arange(self._from, today + 1))
        latest = slice(int(np.searchsorted(self._day, today - 1)), len(self._day))
        self.pairs = self._pair[latest]
        self._closed = self._closing[latest]
        self._sold_today: Counter[int] = Counter()
        self._books: dict[int, dict[int, Row]] = {}
        self._as_read: dict[int, dict[int, Row]] = {}

    def of_store(self, store_id: int) -> np.ndarray:
        """The products that a store keeps."""
        lo, hi = np.searchsorted(self.pairs, np.array([_pair(store_id, 0), _pair(store_id + 1, 0)]))
        return self.pairs[lo:hi] & 0xFFFFFF

    def keeps(self, store_id: int, product_id: int) -> bool:
        pair = _pair(store_id, product_id)
        place = int(np.searchsorted(self.pairs, pair))
        return place < len(self.pairs) and int(self.pairs[place]) == pair

    def knows(self, day: int) -> bool:
        """Whether sales of that day may still change: the books reach back to it, or had not begun."""
        return day >= self._from or day < self.first_day

    def take(self, moves: list[Move]) -> bool:
        """Put all moves down; or none, and False, where a store cannot have had so much."""
        done: list[Move] = []
        for move in moves:
            if not self._put(move, move.quantity):
                for undone in done:
                    self._put(undone, -undone.quantity)
                return False
            done.append(move)
        return True

    def _put(self, move: Move, quantity: int) -> bool:
        pair = int(_pair(move.store_id, move.product_id))
        if move.day >= self.today:
            self._sold_today[pair] += quantity
            return True
        if move.day < self.first_day:
            return True  # nobody counted then
        book = self._book(pair)
        days = [day for day in book if day >= move.day]
        if move.day not in book or any(book[day]["closing_quantity"] < quantity for day in days):
            return False
        for day in days:
            row = book[day]
            row["sold_quantity" if day == move.day else "opening_quantity"] += (
                quantity if day == move.day else -quantity
            )
            row["closing_quantity"] -= quantity
        return True

    def _book(self, pair: int) -> dict[int, Row]:
        """A product's rows in a store by day, as they now stand."""
        if pair not in self._books:
            found = []
            for lo, hi in zip(self._edges[:-1].tolist(), self._edges[1:].tolist(), strict=True):
                place = lo + int(np.searchsorted(self._pair[lo:hi], pair))
                if place < hi and int(self._pair[place]) == pair:
                    found.append(place)
            rows = self._state.rows("inventory", self._id[found].tolist())
            days = self._day[found].tolist()
            self._books[pair] = dict(zip(days, rows, strict=True))
            self._as_read[pair] = {day: dict(row) for day, row in zip(days, rows, strict=True)}
        return self._books[pair]

    def corrected(self) -> list[Row]:
        """Rows of earlier days that are no longer as they were read."""
        return [
            row
            for pair, book in sorted(self._books.items())
            for day, row in book.items()
            if row != self._as_read[pair][day]
        ]

    def count(self, *, seed: int, end: date, first_id: int, fresh: list[tuple[int, int, int]]) -> pa.Table:
        """Today's rows; `fresh` are products that a store keeps from today: store, product and how many."""
        pairs, opening = self.pairs, self._closed.copy()
        places = {int(pair): place for place, pair in enumerate(pairs)} if len(self._books) else {}
        for pair, book in self._books.items():
            if self.today - 1 in book:
                opening[places[pair]] = book[self.today - 1]["closing_quantity"]
        sold = np.zeros(len(pairs), dtype=np.int64)
        for pair, quantity in self._sold_today.items():
            sold[np.searchsorted(pairs, pair)] = quantity
        store_id, product_id = pairs >> 24, pairs & 0xFFFFFF
        received, adjusted, closing = stock.next_day(
            seed=seed,
            day=self.today,
            spells_from=(end - date(1970, 1, 1)).days + 1,
            store=store_id - 1,
            product=product_id - 1,
            opening=opening,
            sold=sold,
            rate=self._rate(),
        )
        if fresh:
            # nothing the day before, and a first delivery
            new = np.array(sorted(fresh), dtype=np.int64)
            none = np.zeros(len(new), dtype=np.int64)
            store_id, product_id = (
                np.concatenate((known, new[:, place])) for place, known in enumerate((store_id, product_id))
            )
            opening, sold, adjusted = (np.concatenate((known, none)) for known in (opening, sold, adjusted))
            received, closing = (np.concatenate((known, new[:, 2])) for known in (received, closing))
            order = np.argsort(_pair(store_id, product_id), kind="stable")
            store_id, product_id, opening, received, sold, adjusted, closing = (
                values[order] for values in (store_id, product_id, opening, received, sold, adjusted, closing)
            )
        ids = np.arange(first_id, first_id + len(store_id))
        counts = (opening, received, sold, adjusted, closing)
        return stock_rows(ids, store_id, product_id, self.today, counts)

    def _rate(self) -> np.ndarray:
        """What sells in a thousand days, by pair of today."""
        days = min(_PACE, self.today - self._from)
        lo = int(np.searchsorted(self._day, self.today - days))
        place = np.searchsorted(self.pairs, self._pair[lo:])
        place = np.minimum(place, max(0, len(self.pairs) - 1))
        kept = self.pairs[place] == self._pair[lo:]
        # whole numbers far below 2**53: exact in any order
        sold = np.bincount(place[kept], self._sold[lo:][kept], minlength=len(self.pairs))
        return sold.astype(np.int64) * 1_000 // max(1, days)
