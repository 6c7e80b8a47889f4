"""Random choices one at a time, a function of the seed, the day and the purpose."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import numpy as np

from starlift.generate import rng

T = TypeVar("T")


class Dice:
    def __init__(self, seed: int, day: date, purpose: str) -> None:
        self._key = rng.key(seed, f"advance {day.isoformat()} {purpose}")
        self._thrown = 0

    def bits(self) -> int:
        self._thrown += 1
        return rng.draw_one(self._key, self._thrown)

    def below(self, limit: int) -> int:
        """0..limit-1."""
        return (self.bits() >> 32) * limit >> 32

    def between(self, low: int, high: int) -> int:
        """low..high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]

    def of(self, table: np.ndarray) -> int:
        """An entry of a 65536-entry lookup table (see `rng.lookup`)."""
        return int(table[self.bits() & 0xFFFF])

    def some(self, values: np.ndarray, count: int, without: set[int]) -> list[int]:
        """Up to `count` different values that are not in `without`; fewer where there are too few."""
        found: dict[int, None] = {}
        for _ in range(20 * count + 100):
            if len(found) == count or not len(values):
                break
            value = int(values[self.below(len(values))])
            if value not in without:
                found[value] = None
        return list(found)
