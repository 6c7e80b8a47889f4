"""Where a target's server is, from the dbt profile."""

import os
import socket
from dataclasses import dataclass

from starlift.servers import KINDS
from starlift.targets import Target, read_target

_ANSWER_SECONDS = 2


@dataclass(frozen=True)
class Facts:
    """A server as the profile names it now, and dbt's target schema on it."""

    target: Target
    host: str
    port: int
    schema: str

    def __str__(self) -> str:
        return f"{KINDS[self.target.name].title} at {self.host}:{self.port}"


def connection_facts(target: str) -> Facts:
    read = read_target(target)
    return Facts(
        read,
        str(read.get("host", "server") or "127.0.0.1"),
        int(read.get("port") or KINDS[target].default_port),
        str(read.get("schema") or "star"),
    )


def is_named(target: str) -> bool:
    """Whether a server was named in the environment."""
    return bool(os.environ.get(f"STARLIFT_{target.upper()}_HOST"))


def answers(facts: Facts) -> bool:
    """Whether anything listens there."""
    try:
        socket.create_connection((facts.host, facts.port), _ANSWER_SECONDS).close()
    except OSError:
        return False
    return True
