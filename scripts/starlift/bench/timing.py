"""Repeated timing, fair to all: the sides take turns, so that a slow spell hits each of them."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of every timed run, in the order of the runs."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The 25th and the 75th percentile, between observed values (inclusive method)."""
        if len(self.seconds) == 1:
            return self.seconds[0], self.seconds[0]
        lower, _, upper = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return lower, upper

    def as_json(self) -> dict[str, float | list[float]]:
        lower, upper = self.quartiles
        return {
            "median": self.median,
            "p25": lower,
            "p75": upper,
            "min": min(self.seconds),
            "max": max(self.seconds),
            "seconds": list(self.seconds),
        }


def take_turns(
    tasks: Mapping[str, Callable[[], object]],
    *,
    runs: int,
    warmups: int = 2,
    enough_seconds: float = math.inf,
    fewest_runs: int = 1,
    before: Callable[[], object] = lambda: None,
    tick: Callable[[], None] = lambda: None,
) -> dict[str, Timing]:
    """Time every task `runs` times after `warmups` untimed ones; each round starts with another task.

    Once all this has taken `enough_seconds`, it ends after `fewest_runs` rounds; where the first warm-up took
    a quarter of them, it is the only one. `before` and `tick` are
    called around every call of a task, warm-ups included, and are not timed.
    """
    names = list(tasks)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    collecting = gc.isenabled()
    gc.disable()  # a collection inside a two-millisecond query would be counted as the query's
    began = time.perf_counter()
    try:
        for turn in range(-warmups, runs):
            spent = time.perf_counter() - began
            if turn >= fewest_runs and spent > enough_seconds:
                break
            if -warmups < turn < 0 and spent > enough_seconds / 4:
                continue
            shift = turn % len(names)
            for name in names[shift:] + names[:shift]:
                before()
                started = time.perf_counter()
                tasks[name]()
                elapsed = time.perf_counter() - started
                if turn >= 0:
                    seconds[name].append(elapsed)
                tick()
            gc.collect()
    finally:
        if collecting:
            gc.enable()
    return {name: Timing(tuple(values)) for name, values in seconds.items()}
