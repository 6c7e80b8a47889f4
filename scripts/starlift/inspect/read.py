"""An inspection: what the database declares, then what its values say."""

from collections.abc import Callable

from starlift.defaults import SAMPLE_ROWS
from starlift.inspect.model import Database
from starlift.inspect.places import opened
from starlift.inspect.reader import chosen_schema

# A step in words, and how much of all is done.
Progress = Callable[[str, float], None]


def inspect(
    place: str,
    schema: str | None = None,
    *,
    statistics: bool = True,
    sample_rows: int | None = SAMPLE_ROWS,
    personal_samples: bool = False,
    progress: Progress = lambda *_: None,
) -> Database:
    """What is known of the database at a URL, in a file or behind a dbt target; nothing is written there.

    Without `statistics` only what is declared: tables, columns, keys and foreign keys, which asks no row.
    With them, also what rows say: counts, shares, candidate keys, inferred foreign keys, orphans, and what
    looks like personal data; of tables with more than `sample_rows` rows from a sample, unless that is None.
    Values of what looks like personal data are left out, unless `personal_samples`.
    """
    progress("reading the structure", 0.0)
    with opened(place, schema) as (reader, wanted):
        name = chosen_schema(reader, wanted)
        structure = reader.structure(name)
        found = Database(reader.place, reader.engine, name, structure.tables, structure.notes)
        if not statistics:
            return found
        from starlift.inspect.statistics import with_statistics  # noqa: PLC0415 - not for structure alone

        return with_statistics(reader, found, sample_rows, progress, personal_samples=personal_samples)
