"""dbt and starlift without their start: a process that has imported what they need forks one for each call.

Importing dbt and its adapters takes longer than most of what the tests ask of it. Every call is a process of its own all
the same, with its own environment, folder and streams, and can be killed. Its caller is warm_client.py.
"""

import atexit
import gc
import importlib
import os
import runpy
import selectors
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from struct import pack, unpack
from typing import Any

PROJECT = Path(__file__).parents[2]
CLIENT = Path(__file__).with_name("warm_client.py")
IMPORTED = (
    "adbc_driver_manager.dbapi",
    "adbc_driver_postgresql.dbapi",
    "dbt.adapters.duckdb",
    "dbt.adapters.postgres",
    "dbt.adapters.starlift_mysql",
    "dbt.cli.main",
    "dbt_starlift.plugin",
    "numpy",
    "pyarrow.parquet",
    "rich.progress",
    "sqlglot",
    "typer",
)
EVERY_DOMAIN = "{clinic_enabled: true, retail_enabled: true, ultrasound_enabled: true}"
# The garbage collector's thresholds: a call is short, and what it makes it keeps.
RARELY = (100_000, 20, 20)
BACKLOG = 64
PROGRAMS = ("dbt", "starlift")


@dataclass
class Call:
    folder: str
    program: str
    words: list[str]
    environment: dict[str, str]
    streams: list[int]


def preload() -> None:
    """Import what a call would, and let dbt read the project once, which fills what it makes on first use.

    Not starlift's own modules: some of them look at the environment when they are imported.
    """
    for name in IMPORTED:
        importlib.import_module(name)
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    from quick_dbt import compile_macros, quicken  # noqa: PLC0415

    quicken()
    with tempfile.TemporaryDirectory(prefix="starlift_warm_") as folder:
        shutil.copy(PROJECT / "profiles.yml.example", Path(folder) / "profiles.yml")
        places = ("--project-dir", str(PROJECT), "--profiles-dir", folder)
        places += ("--target-path", folder, "--log-path", folder)
        done = dbtRunner().invoke(["--quiet", "parse", "--target", "duckdb", "--vars", EVERY_DOMAIN, *places])
    if done.success:
        compile_macros(done.result)
    # a project that cannot be parsed fails in the call itself, which says why
    del done
    gc.collect()
    # neither looked through again nor, by that, copied
    gc.freeze()
    gc.set_threshold(*RARELY)


def received(connection: socket.socket) -> Call | None:
    """None from a caller who was killed before all was said."""
    streams = array("i")
    length, ancillary, _, _ = connection.recvmsg(8, socket.CMSG_SPACE(3 * streams.itemsize))
    for _, _, data in ancillary:
        streams.frombytes(data)
    (size,) = unpack("q", length) if length else (1,)
    told = b""
    while len(told) < size and (more := connection.recv(size - len(told))):
        told += more
    if len(told) < size:
        return None
    folder, count, *rest = told.decode(errors="surrogateescape").split("\0")
    program, *words = rest[: int(count)]
    environment = dict(one.split("=", 1) for one in rest[int(count) :])
    return Call(folder, program, words, environment, list(streams))


class Forks:
    """Processes at work, each for a caller who waits at the other end of a connection."""

    def __init__(self, place: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(place)
        self._listener.listen(BACKLOG)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        # who started this process holds the other end for as long as it lives
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        # by what tells of the process's end
        self._at_work: dict[int, tuple[int, socket.socket, list[str]]] = {}
        self._ready = False

    def next_call(self) -> Call | None:
        """The call, in a process that was forked for it; None when nobody is left who would call."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    self._kill_all()
                    return None
                if key.fileobj is self._listener:
                    if call := self._forked():
                        return call
                elif key.data in self._at_work:
                    # the caller is gone, since it says nothing more
                    self._selector.unregister(key.fileobj)
                    killed(self._at_work[key.data][0])
                elif key.fd in self._at_work:
                    self._tell_the_end(key.fd)

    def _forked(self) -> Call | None:
        """A call in the process that answers it, and None in this one."""
        if not self._ready:
            # not before somebody calls
            preload()
            self._ready = True
        connection, _ = self._listener.accept()
        if not (call := received(connection)):
            connection.close()
            return None
        if (process := os.fork()) == 0:
            os.setpgid(0, 0)
            for other in (self._listener, connection, *(one for _, one, _ in self._at_work.values())):
                other.close()
            return call
        # here and in the process itself: whichever comes first
        with suppress(OSError):
            os.setpgid(process, process)
        for stream in call.streams:
            os.close(stream)
        end = os.pidfd_open(process)
        self._at_work[end] = (process, connection, [call.program, *call.words])
        self._selector.register(end, selectors.EVENT_READ)
        self._selector.register(connection, selectors.EVENT_READ, data=end)
        with suppress(OSError):
            connection.sendall(pack("q", process))
        return None

    def _tell_the_end(self, end: int) -> None:
        process, connection, words = self._at_work.pop(end)
        _, status, usage = os.wait4(process, 0)
        note(usage.ru_utime + usage.ru_stime, words)
        with suppress(OSError):
            connection.sendall(pack("q", os.waitstatus_to_exitcode(status)))
        self._selector.unregister(end)
        with suppress(KeyError):
            self._selector.unregister(connection)
        connection.close()
        os.close(end)

    def _kill_all(self) -> None:
        for process, _, _ in self._at_work.values():
            killed(process)


def note(seconds: float, words: list[str]) -> None:
    """In the file that STARLIFT_CALLS_LOG names, to see where the time of the tests goes: CPU seconds of each call."""
    if log := os.environ.get("STARLIFT_CALLS_LOG"):
        with Path(log).open("a") as file:
            file.write(f"{seconds:.2f} {shlex.join(words)}\n")


def killed(process: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def answer(call: Call) -> None:
    """What the interpreter and the program's own entry point do."""
    for number, stream in enumerate(call.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(call.folder)
    os.environ.clear()
    os.environ.update(call.environment)
    # dbt's static parser waits for threads that it had before the fork; a project that overrides `source` has no use for it
    os.environ.setdefault("DBT_STATIC_PARSER", "False")
    # what a call says its caller keeps; each line of dbt's debug log takes as long as a small statement
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
    time.tzset()
    sys.argv = [call.program, *call.words]
    if call.program == "dbt":
        from dbt.cli.main import cli  # noqa: PLC0415

        sys.exit(cli())
    runpy.run_module("starlift.cli", run_name="__main__", alter_sys=True)


def main(place: str) -> None:
    if not (call := Forks(place).next_call()):
        atexit._run_exitfuncs()
        os._exit(0)
    code: Any = 0
    try:
        answer(call)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
    # as an interpreter ends, but for taking all apart that was imported
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


@contextmanager
def warm_start() -> Iterator[dict[str, str]]:
    """A command line for each program that a call can be handed to, by the program's name."""
    with tempfile.TemporaryDirectory(prefix="starlift_calls_") as folder:
        place = str(Path(folder) / "socket")
        process = subprocess.Popen([sys.executable, __file__, place], stdin=subprocess.PIPE, cwd=PROJECT)
        try:
            while not Path(place).exists() and process.poll() is None:
                time.sleep(0.01)
            yield {name: shlex.join([sys.executable, "-IS", str(CLIENT), place, name]) for name in PROGRAMS}
        finally:
            process.communicate()


if __name__ == "__main__":
    main(*sys.argv[1:])
