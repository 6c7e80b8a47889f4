"""Child processes that do not outlive the command that started them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_GRACE_SECONDS = 10


@contextmanager
def ended_with_us(process: subprocess.Popen) -> Iterator[None]:
    """Terminate the process, and kill it if it does not heed that, where the block leaves it running."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
