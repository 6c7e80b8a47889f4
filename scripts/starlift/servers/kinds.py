"""What one kind of server (PostgreSQL, MySQL, MariaDB) needs to be found, set up, started and stopped."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from starlift.errors import StarliftError
from starlift.servers.accounts import Account

HOST = "127.0.0.1"
USER = "starlift"


class NotInstalled(StarliftError):
    """A server's binaries are nowhere to be found."""


class Tuning(Enum):
    """What a server is for."""

    # Data that people keep: a commit is on disk.
    DURABLE = "durable"
    # Tests: nothing needs to survive the machine, so nothing waits for the disk.
    THROWAWAY = "throwaway"


@dataclass(frozen=True)
class Place:
    """The folders and the port of one server, and who runs it."""

    folder: Path
    port: int
    password: str
    tuning: Tuning
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"


class Kind(Protocol):
    """One kind of server."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """As its makers write it."""
        ...

    @property
    def default_port(self) -> int:
        """The port that profiles.yml.example falls back to."""
        ...

    @property
    def accounts(self) -> tuple[str, ...]:
        """The unprivileged users to run it as, where the caller is root."""
        ...

    @property
    def still_ending(self) -> str:
        """What it says where another process still uses its data."""
        ...

    def find(self) -> Path:
        """The server's binary; NotInstalled where there is none."""
        ...

    def find_client(self, *names: str) -> Path:
        """The first of its client programs that is there; NotInstalled where none is."""
        ...

    def initialise(self, place: Place) -> None:
        """Fill the empty data folder."""
        ...

    def command(self, place: Place) -> list[str]: ...

    def pid_file(self, place: Place) -> Path: ...

    def is_ready(self, place: Place) -> bool:
        """Whether the server takes the user's connections; false also when it still starts."""
        ...

    def prepare(self, place: Place) -> None:
        """What a server needs once it runs for the first time."""
        ...

    def environment(self, place: Place) -> Mapping[str, str]:
        """The variables with which profiles.yml.example finds the server."""
        ...


def found_binary(name: str, folders: Iterable[Path]) -> Path | None:
    """The first executable of that name: on the PATH, else in the folders."""
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path)
    candidates = (folder / name for folder in folders)
    return next((file for file in candidates if file.is_file() and os.access(file, os.X_OK)), None)


def socket_in(folder: Path, name: str) -> Path | None:
    """A socket's path in the folder; None where it would be longer than systems allow."""
    path = folder / name
    return path if len(os.fsencode(path)) < 100 else None


def run_quietly(title: str, command: list[str], account: Account) -> None:
    """Run a set-up step as that account; what it says matters only if it fails."""
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, **account.as_user()
    )
    if done.returncode:
        said = first_error(done.stderr.strip() or done.stdout.strip())
        raise StarliftError(f"{title} cannot set up its data folder ({said}): put that right.")


def first_error(said: str) -> str:
    """The first line that speaks of an error, else the last; what follows it is mostly what it led to."""
    lines = said.splitlines()
    errors = [line for line in lines if "ERROR" in line or "FATAL" in line]
    told = errors[0] if errors else (lines[-1] if lines else "it said nothing")
    return told.strip().rstrip(".")
