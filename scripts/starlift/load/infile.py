"""Rows from DuckDB to LOAD DATA LOCAL INFILE, through a named pipe: nothing is written to disk in between."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import duckdb

from starlift.load.extract import text_literal
from starlift.load.scratch import scratch_folder

# CSV; the text NULL has quotes, and NULL has none.
FORMAT = (
    "character set utf8mb4 fields terminated by ',' optionally enclosed by '\"' escaped by '' "
    "lines terminated by '\\n'"
)
_PAUSE = 0.02


@contextmanager
def rows_in_a_pipe(connection: duckdb.DuckDBPyConnection, select: str) -> Iterator[str]:
    """The path of a pipe from which the rows of `select` come as FORMAT.

    Whoever reads must read to the end within the block. An error of either side ends the other, too.
    """
    with scratch_folder() as folder:
        pipe = str(folder / "rows")
        os.mkfifo(pipe, 0o600)
        copy = (
            f"copy ({select}) to {text_literal(pipe)} (format csv, header false, nullstr 'NULL', "
            f"quote '\"', escape '\"', dateformat '%Y-%m-%d', timestampformat '%Y-%m-%d %H:%M:%S.%f')"
        )
        writer = _Writer(connection, copy, pipe)
        writer.start()
        try:
            yield pipe
        except BaseException:
            writer.abandon()
            raise
        finally:
            writer.finished.set()
            writer.join()
        if writer.error:
            raise writer.error


class _Writer(Thread):
    def __init__(self, connection: duckdb.DuckDBPyConnection, copy: str, pipe: str) -> None:
        super().__init__(daemon=True)
        # not a cursor of it, which would not know relations that were registered
        self._connection = connection
        self._copy = copy
        self._pipe = pipe
        self.error: Exception | None = None
        # Set when nobody reads any more.
        self.finished = Event()

    def run(self) -> None:
        try:
            self._connection.execute(self._copy)
        except Exception as error:
            self.error = error
            # a reader that still waits for the first row must see the end
            self._until(self.finished.is_set, os.O_WRONLY)

    def abandon(self) -> None:
        """Make it end though nobody reads: it may wait for a reader, or in a query."""
        self._connection.interrupt()
        self._until(lambda: not self.is_alive() or self.error is not None, os.O_RDONLY)

    def _until(self, done: Callable[[], bool], side: int) -> None:
        """Open and close one side of the pipe again and again, which wakes whoever waits on the other."""
        while not done():
            with suppress(OSError):
                os.close(os.open(self._pipe, side | os.O_NONBLOCK))
            time.sleep(_PAUSE)
