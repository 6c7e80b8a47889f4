"""`starlift server`: private servers from the command line, one folder each, kept between starts."""

import shlex
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from starlift.errors import StarliftError
from starlift.servers.private import KINDS, PrivateServer, Server


def default_folder(kind: str) -> Path:
    return Path("data") / "servers" / kind


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise StarliftError(f"There is no server {kind!r}: choose {', '.join(KINDS)}.")
    return kind


def run_start(console: Console, kind: str, port: int | None, folder: Path | None) -> None:
    """Start, and print what a shell needs to know: only that, so that `eval` can take it."""
    private = PrivateServer(_known_kind(kind), folder or default_folder(kind))
    server = private.start(port)
    title = private.kind.title
    Console(stderr=True).print(
        f"{title} runs on {server.host}:{server.port}, its data in {escape(str(server.folder))}. "
        f'The lines for your shell (or: eval "$(starlift server start {kind})"):',
        highlight=False,
        soft_wrap=True,
    )
    _print_environment(console, server)


def run_stop(console: Console, kind: str, folder: Path | None) -> None:
    private = PrivateServer(_known_kind(kind), folder or default_folder(kind))
    stopped = private.stop()
    said = "has stopped; its data stays" if stopped else "does not run"
    console.print(
        f"{private.kind.title} of {escape(str(private.folder))} {said}.", highlight=False, soft_wrap=True
    )


def run_status(console: Console) -> None:
    for kind in KINDS:
        private = PrivateServer(kind, default_folder(kind))
        server = private.running()
        if server:
            said = f"runs on {server.host}:{server.port} (process {server.pid})"
        elif private.folder.exists():
            said = "stopped; its data is kept"
        else:
            said = "not set up"
        console.print(f"{kind}: {said}", highlight=False, soft_wrap=True)


def _print_environment(console: Console, server: Server) -> None:
    for name, value in server.environment.items():
        console.print(f"export {name}={shlex.quote(value)}", highlight=False, soft_wrap=True, markup=False)
