"""The raw schema's append-only table `loads`, which every engine has."""

from collections.abc import Callable

from starlift.load.engine import LoadRecord
from starlift.sources import Source


def last_load(source: Source, rows: Callable[[str], list[tuple]], *, is_there: bool) -> LoadRecord | None:
    """The latest record, read by `rows`; None before the first load."""
    if not is_there:
        return None
    found = rows(
        "select load_id, source_path, mode, extracted_at, loaded_at "
        f"from {source.raw_schema}.loads order by load_id desc limit 1"
    )
    return LoadRecord(*found[0]) if found else None
