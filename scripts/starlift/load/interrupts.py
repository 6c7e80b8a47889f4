"""Ctrl-C and SIGTERM during a load: heeded at once during work, and never in the midst of a commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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


def interruptible(work: Callable[[], T], cancel: Callable[[], None]) -> T:
    """What `work` returns, which a driver would not leave before it is done; `cancel` makes it end."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            return future.result()
        except BaseException:
            if not future.done():
                with suppress(Exception):
                    cancel()
            raise
