"""Which commit of the project is at hand."""

import subprocess
from pathlib import Path

_SECONDS = 10


def git_commit(folder: Path) -> str | None:
    """The commit's hash, with `-dirty` where tracked files differ from it; None without a repository."""
    words = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
