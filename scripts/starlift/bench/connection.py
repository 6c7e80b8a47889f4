"""How a server is reached, from the variables that profiles.yml.example reads."""

import os
import socket
from dataclasses import dataclass

from starlift.servers import KINDS

_ANSWER_SECONDS = 2


@dataclass(frozen=True)
class Facts:
    """Host, port, account; `database` is PostgreSQL's only."""

    host: str
    port: int
    user: str
    password: str
    database: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def connection_facts(target: str) -> Facts:
    """What the target's variables say now, with the profile's defaults."""

    def variable(name: str, default: str) -> str:
        return os.environ.get(f"STARLIFT_{target.upper()}_{name}") or default

    return Facts(
        variable("HOST", "127.0.0.1"),
        int(variable("PORT", str(KINDS[target].default_port))),
        variable("USER", "starlift"),
        variable("PASSWORD", ""),
        variable("DATABASE", "starlift"),
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
