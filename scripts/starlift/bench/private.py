"""A server of the benchmark's own, so that one command is enough on a machine that has only the binaries."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from starlift.bench.connection import answers, connection_facts, is_named
from starlift.bench.steps import Tell
from starlift.bench.targets import Target
from starlift.defaults import BENCH_FOLDER
from starlift.errors import StarliftError
from starlift.servers import PrivateServer, Tuning


@contextmanager
def server_for(target: Target, *, private: bool | None, scale: str | None, tell: Tell) -> Iterator[None]:
    """Within, the target's variables lead to a server: the one they name or a private one (None: if need be).

    A private one keeps its data below data/bench and stops at the end, unless it ran before.
    """
    if not target.has_server:
        if private:
            raise StarliftError(f"{target.title} needs no server: leave --private out.")
        yield
        return
    named, facts = is_named(target.name), connection_facts(target.name)
    if private is None:
        private = not named and not answers(facts)
    if not private:
        yield
        return
    if scale is None:
        raise StarliftError(
            f"There is no {facts}: start one (`starlift server start {target.name}`), or let the benchmark "
            "make a warehouse on a server of its own with --scale lab."
        )
    server = PrivateServer(target.name, BENCH_FOLDER / "servers" / target.name)
    ran_before = server.running() is not None
    tell(f"starting a private {target.title}")
    try:
        with _environment(dict(server.start(tuning=Tuning.DURABLE).environment)):
            target.tune()
            yield
    finally:
        if not ran_before:
            server.stop()


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
