"""What every generator does the same way: the period and the threads it takes, and work in order."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from os import cpu_count
from typing import TypeVar

from starlift.errors import StarliftError
from starlift.generate.period import Period

T = TypeVar("T")
# Told the name of a step, how much of it is done, and its total.
Progress = Callable[[str, int, int], None]
_YEARS = (1990, 2036)  # times stay within 32 bits of seconds


def parse_date(text: str, what: str) -> date:
    """A date written as 2025-12-31; `what` names it in the error."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise StarliftError(f"The {what} date '{text}' is not a date: write it like 2025-12-31.") from None


def checked(
    start: date, end: date, threads: int | None, progress: Progress | None
) -> tuple[Period, int, Progress]:
    """The period, the number of threads (default: all cores) and whom to tell; StarliftError if wrong."""
    threads = (cpu_count() or 1) if threads is None else threads
    if end < start:
        raise StarliftError(f"The end {end} lies before the start {start}: swap --start and --end.")
    if start.year < _YEARS[0] or end.year > _YEARS[1]:
        raise StarliftError(f"Dates must lie between {_YEARS[0]} and {_YEARS[1]}.")
    if threads < 1:
        raise StarliftError("Threads must be at least 1.")
    return Period(start, end), threads, progress or (lambda _step, _done, _total: None)


def in_order(threads: int, make: Callable[[int], T], starts: range) -> Iterator[T]:
    """`make(start)` for each start on all threads, a few ahead of the reader, in order."""
    with ThreadPoolExecutor(threads) as pool:
        rest = iter(starts)
        waiting = deque(pool.submit(make, start) for start in islice(rest, threads + 1))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(make, start) for start in islice(rest, 1))
