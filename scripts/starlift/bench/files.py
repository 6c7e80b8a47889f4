"""DuckDB files that come and go."""

from pathlib import Path


def remove_duckdb(path: Path) -> None:
    """The file, and the log of its latest changes."""
    path.unlink(missing_ok=True)
    Path(f"{path}.wal").unlink(missing_ok=True)
