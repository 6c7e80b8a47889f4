"""A private server in a folder: set up once, started and stopped as often as wanted, its data kept."""

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from starlift.errors import StarliftError
from starlift.servers.accounts import account_for, account_of
from starlift.servers.kinds import HOST, USER, Kind, Place, Tuning, first_error
from starlift.servers.mysql import MariaDB, MySQL
from starlift.servers.postgres import DATABASE, Postgres

KINDS: dict[str, Kind] = {kind.name: kind for kind in (Postgres(), MySQL(), MariaDB())}

_ABOUT = "server.json"
_START_SECONDS = 60
_STOP_SECONDS = 60
_PR_SET_PDEATHSIG = 1
# What a test's server can grow to.
_MEMORY_BYTES = 2 * 2**30


@dataclass(frozen=True)
class Server:
    """How a running server is reached."""

    kind: str
    host: str
    port: int
    user: str
    password: str
    # PostgreSQL's; None for the others, whose databases are what PostgreSQL calls schemas.
    database: str | None
    # The variables with which profiles.yml.example finds it.
    environment: Mapping[str, str]
    folder: Path
    log: Path
    pid: int
    # Ends the server, and waits until it is gone.
    stop: Callable[[], object]


class PrivateServer:
    """The server of a folder; what it is called and its password stand in a file only its owner reads."""

    def __init__(self, kind: str, folder: Path) -> None:
        if kind not in KINDS:
            raise StarliftError(f"There is no server {kind!r}: choose {', '.join(KINDS)}.")
        self.kind = KINDS[kind]
        self.folder = folder.absolute()
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self, port: int | None = None, tuning: Tuning = Tuning.DURABLE, *, with_us: bool = False
    ) -> Server:
        """Start it, after setting it up where the folder is new; a running one is left as it is.

        `with_us`: the server goes when this process does, however that ends.
        """
        self.kind.find()
        known = self._known()
        if known and (pid := self._pid(known)):
            if port not in (None, known.port):
                raise StarliftError(
                    f"{self.kind.title} of {self.folder} runs on port {known.port}: stop it before you start "
                    "it on another."
                )
            return self._server(known, pid)
        if port is not None and not _is_free(port):
            raise StarliftError(
                f"Port {port} is taken: name another with --port, or stop what listens there."
            )
        place = self._set_up(tuning, port) if known is None else self._moved(known, port)
        pid = self._run(place, with_us)
        try:
            self.kind.prepare(place)
        except BaseException:
            self.stop()
            raise
        return self._server(place, pid)

    def stop(self) -> bool:
        """Stop it if it runs, and wait until it has; whether it ran."""
        known = self._known()
        pid = self._pid(known) if known else None
        if not pid:
            return False
        # PostgreSQL ends its sessions on SIGINT and waits for them on SIGTERM; MySQL knows only SIGTERM
        os.kill(pid, signal.SIGINT if self.kind.name == "postgres" else signal.SIGTERM)
        if not self._gone(pid, _STOP_SECONDS):
            raise StarliftError(
                f"{self.kind.title} of {self.folder} (process {pid}) has not stopped within {_STOP_SECONDS} "
                "seconds: look into its server.log."
            )
        return True

    def kill(self) -> None:
        """End it at once, as a power cut would; it recovers when it starts again."""
        known = self._known()
        pid = self._pid(known) if known else None
        if known and pid:
            os.kill(pid, signal.SIGKILL)
            self._gone(pid, _STOP_SECONDS)
            # PostgreSQL's other processes notice in their own time
            deadline = time.monotonic() + _STOP_SECONDS
            while not _is_free(known.port) and time.monotonic() < deadline:
                time.sleep(0.02)

    def running(self) -> Server | None:
        """The server, if it runs."""
        known = self._known()
        pid = self._pid(known) if known else None
        return self._server(known, pid) if known and pid else None

    def remove(self) -> None:
        """Stop it and delete its folder, if it is a server's."""
        if self._known():
            self.stop()
            shutil.rmtree(self.folder)

    def _known(self) -> Place | None:
        """What the folder says of its server; None where it is empty or not there."""
        about = self.folder / _ABOUT
        try:
            told = json.loads(about.read_text())
        except FileNotFoundError:
            if self.folder.exists() and any(self.folder.iterdir()):
                raise StarliftError(
                    f"{self.folder} holds something other than a server of Starlift's: name another folder."
                ) from None
            return None
        except (OSError, ValueError) as error:
            raise StarliftError(
                f"{about} cannot be read: use the account that made it, or name another folder."
            ) from error
        if told["kind"] != self.kind.name:
            raise StarliftError(
                f"{self.folder} holds a {KINDS[told['kind']].title}, not a {self.kind.title}: name another "
                "folder."
            )
        account = account_of((self.folder / "data").stat().st_uid)
        return Place(self.folder, told["port"], told["password"], Tuning(told["tuning"]), account)

    def _set_up(self, tuning: Tuning, port: int | None) -> Place:
        account = account_for(self.kind.title, self.kind.accounts)
        barred = account.barred_from(self.folder)
        if barred:
            raise StarliftError(
                f"{self.kind.title} runs as the user {account.name}, who may not enter {barred}: name a "
                "folder elsewhere with --data, or run the command as another user than root."
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            place = Place(self.folder, port or self._free_port(), self._new_password(), tuning, account)
            place.data.mkdir(mode=0o700)
            account.own(place.data)
            account.own(self.folder)
            self.kind.initialise(place)
            self._write(place)
        except BaseException as error:
            # a half-made folder would be taken for a server's
            shutil.rmtree(self.folder / "data", ignore_errors=True)
            (self.folder / "first_start.sql").unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise StarliftError(
                    f"The folder {self.folder} cannot be made ({error.strerror}): name another with --data."
                ) from error
            raise
        return place

    def _moved(self, known: Place, port: int | None) -> Place:
        """The place with the port asked for, or another where its own has been taken meanwhile."""
        if port is None:
            port = known.port if _is_free(known.port) else self._free_port()
        if port == known.port:
            return known
        place = Place(known.folder, port, known.password, known.tuning, known.account)
        self._write(place)
        return place

    def _free_port(self) -> int:
        """The port that the profile expects, where nothing listens there; else any free one."""
        return self.kind.default_port if _is_free(self.kind.default_port) else _any_port()

    def _new_password(self) -> str:
        return os.environ.get(f"STARLIFT_{self.kind.name.upper()}_PASSWORD") or secrets.token_urlsafe(18)

    def _write(self, place: Place) -> None:
        about = place.folder / _ABOUT
        about.unlink(missing_ok=True)
        about.touch(mode=0o600)
        told = {
            "kind": self.kind.name,
            "port": place.port,
            "tuning": place.tuning.value,
            "password": place.password,
        }
        about.write_text(json.dumps(told))

    def _run(self, place: Place, with_us: bool) -> int:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            said_before = place.log.stat().st_size if place.log.exists() else 0
            self._process = self._launched(place, with_us)
            while self._process.poll() is None:
                if self.kind.is_ready(place):
                    return self._process.pid
                if time.monotonic() > deadline:
                    self._process.kill()
                    raise StarliftError(
                        f"{self.kind.title} takes no connections {_START_SECONDS} seconds after its start: "
                        f"look into {place.log}."
                    )
                time.sleep(0.05)
            said = place.log.read_bytes()[said_before:].decode(errors="replace")
            # one that was killed leaves processes behind, which go by themselves
            if self.kind.still_ending not in said or time.monotonic() > deadline:
                raise StarliftError(f"{self.kind.title} does not start: {first_error(said)}.")
            time.sleep(0.2)

    def _launched(self, place: Place, with_us: bool) -> "subprocess.Popen[bytes]":
        with place.log.open("ab") as log:
            return subprocess.Popen(
                self.kind.command(place),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=place.data,
                # Ctrl-C is for the command, not for the server
                start_new_session=True,
                preexec_fn=_die_with_parent() if with_us else None,  # noqa: PLW1509 - one call of libc
                **place.account.as_user(),
            )

    def _pid(self, place: Place) -> int | None:
        """The server's process, if it runs; a number left by a dead one may be another program's by now."""
        if self._process and self._process.poll() is None:
            return self._process.pid
        try:
            pid = int(self.kind.pid_file(place).read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(place.data) in _command_line(pid) else None

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process and self._process.pid == pid:
                ended = self._process.poll() is not None
            else:
                ended = not _command_line(pid)
            if ended:
                return True
            time.sleep(0.02)
        return False

    def _server(self, place: Place, pid: int) -> Server:
        return Server(
            kind=self.kind.name,
            host=HOST,
            port=place.port,
            user=USER,
            password=place.password,
            database=DATABASE if self.kind.name == "postgres" else None,
            environment=self.kind.environment(place),
            folder=place.folder,
            log=place.log,
            pid=pid,
            stop=self.stop,
        )


@contextmanager
def private_server(
    kind: str, folder: Path | None = None, *, port: int | None = None, tuning: Tuning = Tuning.THROWAWAY
) -> Iterator[Server]:
    """A server for the length of a block, and no longer than this process.

    Without a folder it gets a temporary one, which goes with it.
    """
    KINDS[kind].find()
    made = None
    if folder is None:
        made = Path(tempfile.mkdtemp(prefix=f"starlift_{kind}_", dir=quickest_folder(tuning)))
        made.chmod(0o755)
    private = PrivateServer(kind, folder or made)  # type: ignore[arg-type]
    try:
        yield _started(private, port, tuning)
    finally:
        with suppress(StarliftError):
            private.stop()
        if made:
            shutil.rmtree(made, ignore_errors=True)


def _started(private: PrivateServer, port: int | None, tuning: Tuning) -> Server:
    """Started on the port, or on a free one: on another if somebody takes that in the same moment."""
    attempts = 1 if port else 3
    while True:
        chosen = port or _any_port()
        attempts -= 1
        try:
            return private.start(chosen, tuning, with_us=True)
        except StarliftError:
            if not attempts or _is_free(chosen):
                raise


def quickest_folder(tuning: Tuning) -> Path | None:
    """Memory, where there is enough and the data need not last: each DDL statement waits for the disk."""
    memory = Path("/dev/shm")
    if tuning is Tuning.DURABLE or not os.access(memory, os.W_OK):
        return None
    return memory if shutil.disk_usage(memory).free > _MEMORY_BYTES else None


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _any_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _command_line(pid: int) -> str:
    """What a process was started with; empty where there is none, or only its remains."""
    proc = Path("/proc") / str(pid) / "cmdline"
    if Path("/proc/self").exists():
        try:
            return os.fsdecode(proc.read_bytes().replace(b"\0", b" "))
        except OSError:
            return ""
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _die_with_parent() -> Callable[[], None] | None:
    """For a child on Linux: end when the parent does, however it ends."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
