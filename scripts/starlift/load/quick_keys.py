"""Quick answers about integer keys in DuckDB: sets are strings of bits, and pairs are sorted.

A proof that a key is unique, or that its references hold, costs a tenth of a grouping or a join: a set of
integers becomes a bit string (one bit for each number in the range), and sets are compared by their bits.
"""

import numpy as np
from duckdb import DuckDBPyConnection

# At most 128 MiB of bits; wider ranges are left to the exact query.
_WIDEST = 2**30

# Smallest value, largest value, number of values.
Range = tuple[int, int, int]


class QuickKeys:
    """Proofs over tables that do not change meanwhile; False means not proven, not wrong."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._ranges: dict[tuple[str, str], Range | None] = {}
        self._unique: dict[tuple[str, str], bool] = {}

    def unique(self, relation: str, column: str) -> bool:
        """Whether no value occurs twice."""
        if (relation, column) not in self._unique:
            self._unique[relation, column] = self._is_unique(relation, column)
        return self._unique[relation, column]

    def within(self, relation: str, column: str, parent: str, key: str) -> bool:
        """Whether each value is one of the parent's keys."""
        children, parents = self._range(relation, column), self._range(parent, key)
        if not children or not parents or children[0] < parents[0] or children[1] > parents[1]:
            return False
        low, high, count = parents
        if count == high - low + 1 and self.unique(parent, key):
            # the parent has every number between its ends
            return True
        (missing,) = self._first(
            "select bit_count(children & ~parents) from "
            f"(select bitstring_agg({column}, {low}, {high}) as children from {relation}), "
            f"(select bitstring_agg({key}, {low}, {high}) as parents from {parent})"
        )
        return missing == 0

    def _first(self, sql: str) -> tuple:
        return _only(self._connection, sql)

    def _range(self, relation: str, column: str) -> Range | None:
        """None where bits cannot hold the values: there are none, or no integers, or too far apart."""
        if (relation, column) not in self._ranges:
            low, high, count = self._first(
                f"select min({column}), max({column}), count({column}) from {relation}"
            )
            fits = isinstance(low, int) and high - low < _WIDEST
            self._ranges[relation, column] = (low, high, count) if fits else None
        return self._ranges[relation, column]

    def _is_unique(self, relation: str, column: str) -> bool:
        values = self._range(relation, column)
        if not values:
            return False
        low, high, count = values
        (distinct,) = self._first(f"select bit_count(bitstring_agg({column}, {low}, {high})) from {relation}")
        return distinct == count


def repeats(connection: DuckDBPyConnection, relation: str, columns: tuple[str, str]) -> tuple[int, int]:
    """How many pairs of two integer columns occur more than once, and in how many rows too many."""
    one, two = columns
    low_one, low_two, high_two = _only(
        connection, f"select min({one}), min({two}), max({two}) from {relation}"
    )
    if low_one is None or low_two is None:
        return 0, 0
    # Two integers of 32 bits go into one of 64, unsigned.
    width = high_two - low_two + 1
    packed = f"({one}::bigint - {low_one})::ubigint * {width} + ({two}::bigint - {low_two})::ubigint"
    where = f"{one} is not null and {two} is not null"
    pairs = np.asarray(
        connection.execute(f"select {packed} as pair from {relation} where {where}").fetchnumpy()["pair"]
    )
    pairs.sort()
    again = pairs[1:][pairs[1:] == pairs[:-1]]
    return np.unique(again).size, again.size


def _only(connection: DuckDBPyConnection, sql: str) -> tuple:
    """The row of a query that has one; read to its end, or the connection would not take other work."""
    (row,) = connection.execute(sql).fetchall()
    return row
