"""Ctrl-C and SIGTERM during a load: heeded at once during work, and never in the midst of a commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from threading import current_thread, main_thread
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def signals_ignored() -> Iterator[None]:
    """No Ctrl-C within: a commit is done or not done, and the program must know which."""
    if current_thread() is not main_thread():
        # only the main thread sees signals, and only it may say how
        yield
        return
    before = {number: signal(number, SIG_IGN) for number in (SIGINT, SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal(number, handler)


class Interruptible:
    """Does work that a driver would not leave for a signal before it is done, in a thread of its own."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        # Makes the work that is under way end with an error.
        self._cancel = cancel
        self._pool = ThreadPoolExecutor(1)

    def __call__(self, work: Callable[[], T]) -> T:
        future = self._pool.submit(work)
        try:
            return future.result()
        except BaseException:
            if not future.done():
                with suppress(Exception):
                    self._cancel()
                wait([future])
            raise

    def close(self) -> None:
        self._pool.shutdown()
