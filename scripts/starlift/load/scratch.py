"""Temporary folders that do not stay: what a killed load leaves, the next one removes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "starlift_load_"
_LOCK = "in_use"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for the length of a block. A lock tells others that somebody is at work in it.

    The lock goes with the process, however that ends; its number would tell nothing in another container.
    """
    _remove_leftovers()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as made:
        folder = Path(made)
        with (folder / f"{_LOCK}_soon").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # only now do others look at it
            Path(lock.name).rename(folder / _LOCK)
            yield folder


def _remove_leftovers() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # somebody else's, still at work, or gone in this moment
        with suppress(OSError):
            if folder.lstat().st_uid != os.geteuid():
                continue
            with (folder / _LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
