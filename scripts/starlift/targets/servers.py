"""The server behind a target, whichever it is."""

from collections.abc import Callable
from typing import Any, Protocol

from starlift.targets.profile import Target


class Server(Protocol):
    """How a target's server is reached, and what its errors mean."""

    name: str

    @property
    def place(self) -> str:
        """The server or the database in words."""
        ...

    def connect(self) -> Any:  # noqa: ANN401 - a connection of the driver's
        """A connection; StarliftError says why there is none."""
        ...

    def what_is_wrong(self, error: Any, again: str = ...) -> str:  # noqa: ANN401 - the driver's error
        """One sentence: what is wrong, and what to do; `again` is what to do after mending it."""
        ...


def _postgres(target: Target) -> Server:
    from starlift.targets.postgres import Postgres  # noqa: PLC0415 - each target imports only its own driver

    return Postgres(target)


def _mysql(target: Target) -> Server:
    from starlift.targets.mysql import MySQL  # noqa: PLC0415

    return MySQL(target)


# By the profile's adapter type.
_SERVERS: dict[str, Callable[[Target], Server]] = {"postgres": _postgres, "starlift_mysql": _mysql}


def server_of(target: Target) -> Server | None:
    """The target's server; None where it needs none, or is of a type that this package does not know."""
    make = _SERVERS.get(target.type)
    return make(target) if make else None
