"""What the commands take where nothing else is said; imports nothing heavy, for the command line shows it."""

from datetime import date
from pathlib import Path

SCALE = "lab"
SEED = 1
START, END = date(2023, 1, 1), date(2025, 12, 31)
BENCH_RUNS = 7
# The benchmark's stored runs, and the warehouses that it keeps.
BENCH_FOLDER = Path("data/bench")
# An inspection reads about so many rows of a table that has more.
SAMPLE_ROWS = 100_000
QUALITY_PAGE = Path("data/quality.html")
DOCS_PAGE = Path("data/docs.html")
# The data and the DuckDB file that `starlift parity` compares with.
PARITY_FOLDER = Path("data/parity")

# What the main branch built, and what a change is built into.
STATE_FOLDER = Path("state")
SLIM_FOLDER = Path("target/slim")


def data_folder(source: str) -> Path:
    """Where a source's raw data are made and looked for."""
    return Path("data") / source


def profile_page(name: str) -> Path:
    """Where the profile of a domain or a table goes."""
    return Path("data") / f"profile_{name.replace('.', '_')}.html"
