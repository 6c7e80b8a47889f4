"""One load, whatever the engine: read the extract, decide when it was taken, replace the raw tables."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from starlift.errors import StarliftError
from starlift.load.engine import Engine, Landed, LoadRecord
from starlift.load.extract import read_extract, utc
from starlift.load.notes import KEYS_NOT_DECLARED, repeat_note
from starlift.load.summary import LoadSummary, TableSummary
from starlift.sources import Source


def load(
    source: Source,
    path: Path,
    engine: Engine,
    *,
    dirty: bool = False,
    as_of: datetime | None = None,
    fresh: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> LoadSummary:
    """Replace the source's raw tables by the extract at `path`: all of it, or nothing and a StarliftError.

    `as_of` is when the extract was taken (default: what its manifest says, else now). It may not lie before
    the last load's, which would turn history around, unless the load starts `fresh`: then nothing that was
    loaded before is compared with.
    """
    extract = read_extract(source, path)
    now = datetime.now(UTC).replace(tzinfo=None)
    extracted_at = utc(as_of) if as_of else extract.extracted_at or now
    with engine:
        last = engine.last_load(source)
        if last and extracted_at < last.extracted_at and not fresh:
            raise StarliftError(
                f"This extract is of {extracted_at}, before the last load's ({last.extracted_at}), and would "
                "turn history around: load a later one, or start afresh with --fresh (and new snapshots)."
            )
        record = LoadRecord(
            load_id=last.load_id + 1 if last else 1,
            source_path=str(path),
            mode="dirty" if dirty else "strict",
            extracted_at=extracted_at,
            loaded_at=now,
        )
        landed = engine.replace(extract, record, compare=not fresh, progress=progress or (lambda *_: None))
    return LoadSummary(
        load_id=record.load_id,
        source=source.name,
        source_path=record.source_path,
        mode=record.mode,
        extracted_at=record.extracted_at,
        loaded_at=record.loaded_at,
        tables=tuple(TableSummary(name, rows) for name, rows in landed.rows.items()),
        notes=(*extract.notes, *_notes(record, landed)),
        violations=landed.violations,
    )


def _notes(record: LoadRecord, landed: Landed) -> Iterator[str]:
    for (table, columns), counts in landed.repeats.items():
        if counts[0]:
            yield repeat_note(table, columns, *counts)
    if record.mode == "strict" and not landed.keys_declared:
        yield KEYS_NOT_DECLARED
