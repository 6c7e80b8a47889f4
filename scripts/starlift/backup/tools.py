"""An engine's own client programs: run, fed and read from."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from starlift.errors import StarliftError
from starlift.processes import ended_with_us
from starlift.servers.kinds import first_error

_CHUNK = 1 << 20
_ENDING_SECONDS = 2


def version_of(program: Path) -> str:
    done = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


@contextmanager
def running(
    command: Sequence[str], *, environment: Mapping[str, str], doing: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program, for a block that gives it its input and reads its output; StarliftError where it fails.

    Where the block fails, the program is ended before it can take the end of its input for the whole.
    """
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **environment},
        )
        with ended_with_us(process):
            try:
                yield process
                _close(process.stdin)
                # what it still has to say must not keep it from ending
                while process.stdout and process.stdout.read(_CHUNK):
                    pass
            except BrokenPipeError:
                try:
                    # it has ended, and says why
                    process.wait(_ENDING_SECONDS)
                except subprocess.TimeoutExpired:
                    # another program has, to which its output went
                    process.kill()
                    raise
            except BaseException:
                process.kill()
                raise
            status = process.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
    if status:
        program = Path(command[0]).name
        raise StarliftError(
            f"{program} could not {doing} ({first_error(said)}): put that right and try again."
        )


def _close(stream: IO[bytes] | None) -> None:
    with suppress(BrokenPipeError):
        if stream:
            stream.close()


def copy(source: IO[bytes], target: IO[bytes]) -> Iterator[int]:
    """All of one stream into the other, told of after each piece: how many bytes it was."""
    while piece := source.read(_CHUNK):
        target.write(piece)
        yield len(piece)
